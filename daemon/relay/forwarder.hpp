// SPDX-License-Identifier: MIT
// Forwarder: gives one viewer one track under that viewer's own SSRC, payload type, sequence and timestamps.
#pragma once

#include "base/clock.hpp"
#include "relay/packet_cache.hpp"
#include "rtc/ssrc.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace classcast::relay {

/// What a forwarded packet carries in place of the publisher's numbers.
struct Rewritten {
  std::uint16_t seq = 0;
  std::uint32_t timestamp = 0;
};

/// Whether a viewer may begin at any packet (audio) or only at a keyframe (video).
enum class Gate { none, keyframe };

/// A viewer outlives publishers: when another source takes over, sequence numbers go on without a gap and
/// timestamps by the time that has passed.
class Forwarder {
 public:
  struct Options {
    std::uint32_t clock_rate = 90000;
    Gate gate = Gate::keyframe;
    std::uint16_t first_seq = 0;
    std::uint32_t first_timestamp = 0;
  };
  /// Packets that can still be asked for by NACK; a power of two.
  static constexpr std::size_t kHistory = 1024;
  /// Near enough to be shown at once, far enough for a jitter buffer to tell frames apart.
  static constexpr Duration kReplayStep = 1ms;

  explicit Forwarder(const Options& options);

  /// The next packet comes from another publisher (or layer): the gate closes.
  void source_changed();
  /// Nothing is forwarded until a keyframe comes.
  [[nodiscard]] bool waiting() const { return !started_; }
  /// What to send for `packet`, or nullopt when this viewer must not get it.
  std::optional<Rewritten> forward(const MediaPacket& packet, Instant now);

  /// The same for a packet out of the cached group of pictures, which begins with its keyframe and comes in
  /// order: its frames follow each other by kReplayStep, so that the viewer shows them at once and catches
  /// up.
  std::optional<Rewritten> replay(const MediaPacket& packet, Instant now);

  /// The source's sequence number and our timestamp of a packet that was sent as `seq`; nullopt when it is
  /// not this source's or was sent again less than `quiet` ago.
  struct Sent {
    std::int64_t source_seq = 0;
    std::uint32_t timestamp = 0;
  };
  std::optional<Sent> resend(std::uint16_t seq, Instant now, Duration quiet);

  /// The viewer's timestamp for one of the source's, for sender reports.
  [[nodiscard]] std::uint32_t map_timestamp(std::uint32_t source) const { return source + timestamp_offset_; }

 private:
  struct Entry {
    std::int64_t source_seq = -1;
    Instant resent_at{};
    std::uint32_t timestamp = 0;
    std::uint16_t seq = 0;
    std::uint16_t epoch = 0;
  };
  void start(const MediaPacket& packet, Instant now);
  [[nodiscard]] std::uint32_t next_timestamp(Instant now) const;
  Rewritten record(const MediaPacket& packet, std::uint32_t timestamp, Instant now);

  Options options_;
  bool started_ = false;
  std::int64_t first_source_seq_ = 0;
  std::int64_t seq_offset_ = 0;
  std::uint32_t timestamp_offset_ = 0;
  std::int64_t next_seq_;  // extended, ours
  std::optional<std::uint32_t> newest_timestamp_;
  std::uint32_t replayed_ = 0;  // the source's timestamp of the frame being replayed
  Instant newest_sent_{};
  std::uint16_t epoch_ = 0;
  std::vector<Entry> history_;
};

}  // namespace classcast::relay
