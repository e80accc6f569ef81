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
    std::size_t history = kHistory;
  };
  /// Packets of a picture that can still be asked for by NACK, and of sound (five seconds of it); powers of
  /// two.
  static constexpr std::size_t kHistory = 1024;
  static constexpr std::size_t kSoundHistory = 256;
  /// Near enough to be shown at once, far enough for a jitter buffer to tell frames apart.
  static constexpr Duration kReplayStep = 1ms;

  explicit Forwarder(const Options& options);

  /// Where the next source's live timestamps belong on the viewer's time line. Until its frames get there,
  /// they follow each other by `step` ticks: those of a cached group of pictures are older than what the
  /// viewer has.
  struct Alignment {
    std::uint32_t offset = 0;
    std::uint32_t step = 90;
  };
  /// The next packet comes from another publisher (or layer): the gate closes. Without an alignment
  /// timestamps go on by the time that has passed.
  void source_changed(std::optional<Alignment> alignment = std::nullopt);
  /// Nothing is forwarded until a keyframe comes.
  [[nodiscard]] bool waiting() const { return !started_; }
  /// What to send for `packet`, or nullopt when this viewer must not get it.
  std::optional<Rewritten> forward(const MediaPacket& packet, Instant now);

  /// The same for a packet out of the cached group of pictures, which begins with its keyframe and comes in
  /// order: its frames follow each other by kReplayStep, so that the viewer shows them at once and catches
  /// up.
  std::optional<Rewritten> replay(const MediaPacket& packet, Instant now);

  /// What else a packet's header said.
  struct Extras {
    std::uint16_t transport_seq = 0;
    bool told_playout = false;
    std::uint16_t playout_min = 0;  ///< 12 bits
  };
  struct Sent {
    std::int64_t source_seq = 0;
    std::uint32_t timestamp = 0;
    Extras extras;
    bool former = false;  ///< of the source before the present one
  };
  /// The source's sequence number and our timestamp of a packet that was sent as `seq`; nullopt when it is
  /// not this source's or was sent again less than `quiet` ago.
  std::optional<Sent> resend(std::uint16_t seq, Instant now, Duration quiet);
  /// The same without counting as one: for probes.
  [[nodiscard]] std::optional<Sent> recall(std::uint16_t seq) const;
  /// Remembers what a packet left with.
  void sent_as(std::uint16_t seq, const Extras& extras);
  /// Our number of the newest packet; nullopt before the first.
  [[nodiscard]] std::optional<std::uint16_t> newest_seq() const;
  /// The viewer's timestamp of something that is seen now.
  [[nodiscard]] std::uint32_t timeline(Instant now) const { return next_timestamp(now); }

  /// The viewer's timestamp for one of the source's, for sender reports.
  [[nodiscard]] std::uint32_t map_timestamp(std::uint32_t source) const {
    return source + (alignment_ ? alignment_->offset : timestamp_offset_);
  }

 private:
  /// A viewer has a thousand of these, and each packet touches one: they are as small as can be. The source's
  /// number follows from ours and the distance between both.
  struct Entry {
    std::uint32_t timestamp = 0;
    std::uint32_t resent_ms = 0;  ///< 0: never
    std::uint16_t seq = 0;
    std::uint16_t epoch = 0;  ///< 0: nothing was sent
    std::uint16_t transport_seq = 0;
    std::uint16_t playout_min : 12 = 0;
    std::uint16_t told_playout : 1 = 0;
  };
  /// Whether a frame follows the one before as it does at the source, or as near as can be told apart.
  enum class Pace { live, squeezed };
  std::optional<Rewritten> take(const MediaPacket& packet, Instant now, Pace pace);
  void place_frame(std::uint32_t timestamp);
  Entry& place(std::uint16_t seq) { return history_[seq & (history_.size() - 1)]; }
  [[nodiscard]] Sent sent(const Entry& entry) const;
  [[nodiscard]] const Entry* find(std::uint16_t seq) const;
  void start(const MediaPacket& packet, Instant now);
  [[nodiscard]] std::uint32_t next_timestamp(Instant now) const;
  Rewritten record(const MediaPacket& packet, std::uint32_t timestamp, Instant now);

  Options options_;
  bool started_ = false;
  std::int64_t first_source_seq_ = 0;
  std::int64_t seq_offset_ = 0;         // what our numbers are ahead of the source's
  std::int64_t former_seq_offset_ = 0;  // of the source before
  std::uint32_t timestamp_offset_ = 0;
  std::optional<Alignment> alignment_;  // until it is reached
  std::int64_t next_seq_;               // extended, ours
  std::optional<std::uint32_t> newest_timestamp_;
  std::uint32_t replayed_ = 0;  // the source's timestamp of the frame being replayed
  Instant newest_sent_{};
  std::uint16_t epoch_ = 1;
  std::vector<Entry> history_;
};

}  // namespace classcast::relay
