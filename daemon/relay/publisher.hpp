// SPDX-License-Identifier: MIT
// Publisher: sorts what a WHIP peer sends into tracks and answers it with reports, NACKs and keyframe
// requests.
#pragma once

#include "relay/arrivals.hpp"
#include "relay/outlet.hpp"
#include "relay/quality.hpp"
#include "relay/track.hpp"
#include "rtc/negotiate.hpp"
#include "rtc/rtcp/packet.hpp"
#include "rtc/rtcp/pause.hpp"
#include "rtc/rtcp/receiver_report.hpp"
#include "rtc/rtcp/sender_report.hpp"
#include "rtc/rtp.hpp"

#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

namespace classcast::relay {

class Publisher;

/// Where a publisher's media goes: its room.
class MediaListener {
 public:
  virtual ~MediaListener() = default;
  /// `run` is a frame, or what has come of it.
  virtual void on_media(Track& track, MediaRun run, Instant now) = 0;
};

struct PublisherOptions {
  std::vector<rtc::PublishTrack> tracks;
  rtc::ExtensionIds extensions;
  CacheLimits cache;
  /// What a publisher that knows only REMB is told it may send.
  std::uint64_t max_bitrate_bps = 8'000'000;
};

struct PublisherCounters {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t unknown_stream = 0;
  std::uint64_t repaired = 0;  ///< packets that came by RTX
  std::uint64_t nacks_sent = 0;
  std::uint64_t plis_sent = 0;     ///< or FIRs, where the publisher knows no PLI
  std::uint64_t pauses_sent = 0;   ///< PAUSE requests
  std::uint64_t resumes_sent = 0;  ///< RESUME requests
};

class Publisher {
 public:
  /// SSRCs that one publisher may use over time (RTX and simulcast layers included).
  static constexpr std::size_t kMaxStreams = 32;
  static constexpr Duration kReportInterval = 1s;
  /// Between reports an empty one says that the session lives. A classroom learns by its absence, in a
  /// moment, that the relay died.
  static constexpr Duration kAliveInterval = 250ms;

  Publisher(const PublisherOptions& options, Outlet& outlet, MediaListener& listener);

  void on_rtp(rtc::RtpPacket packet, Instant now);
  void on_rtcp(Bytes compound, Instant now);
  void handle_timeout(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  /// nullptr when the publisher has no such track; of a simulcast the best encoding.
  Track* track(rtc::MediaKind kind);
  [[nodiscard]] const Track* track(rtc::MediaKind kind) const;
  /// The encodings of its picture, best first.
  [[nodiscard]] std::vector<Track*> pictures();
  [[nodiscard]] std::vector<const Track*> pictures() const;
  [[nodiscard]] bool simulcast() const;
  /// Whether `track` is one of this publisher's.
  [[nodiscard]] bool owns(const Track& track) const;
  /// Which tracks anybody wants; a publisher that can pause is asked to pause the others. Sends at once what
  /// cannot wait.
  void want(const std::function<bool(const Track&)>& wanted, Instant now);
  /// All that it sends is paused, as we asked for.
  [[nodiscard]] bool paused() const;
  [[nodiscard]] Quality quality(Instant now) const { return quality_.quality(now); }
  [[nodiscard]] rtc::SourceCodecs codecs() const;
  [[nodiscard]] const PublisherCounters& counters() const { return counters_; }

 private:
  enum class Role { media, repair, ignored };
  struct Stream {
    std::size_t track = 0;
    Role role = Role::ignored;
  };
  std::optional<Stream> stream_of(const rtc::RtpPacket& packet);
  [[nodiscard]] std::optional<Stream> identify(const rtc::RtpPacket& packet) const;
  [[nodiscard]] Role role_of(const rtc::RtpPacket& packet, const rtc::PublishTrack& track) const;
  void take_repair(Track& track, rtc::RtpPacket packet, Instant now);
  void take_media(Track& track, const rtc::RtpPacket& packet, Instant now);
  void release(Track& track, Instant now);
  void ask_again(Track& track, Instant now);
  void ask_keyframe(Track& track, Instant now);
  bool send_fir(rtc::Ssrc media, Instant now);
  void ask_pause(Track& track, Instant now);
  void on_sender_report(const rtc::rtcp::SenderReport& report, Instant now);
  void on_pause_answer(const rtc::rtcp::Pause& answer);
  [[nodiscard]] bool can_pause(const Track& track) const;
  void send_reports(Instant now);
  void send_report(const rtc::rtcp::ReceiverReport& report, Instant now);
  void send_bandwidth(Instant now);
  void send_arrivals(Instant now);
  template <typename Packet>
  bool send(const Packet& packet, Instant now);

  std::vector<Track> tracks_;
  rtc::ExtensionIds extensions_;
  std::uint64_t max_bitrate_bps_;
  Outlet& outlet_;
  MediaListener& listener_;
  rtc::Ssrc own_ssrc_;  // of the receiver in reports and feedback
  std::unordered_map<rtc::Ssrc, Stream> streams_;
  std::uint8_t fir_command_ = 0;
  Arrivals arrivals_;
  Instant report_at_{};
  Instant alive_at_{};
  QualityMeter quality_;
  PublisherCounters counters_;
};

}  // namespace classcast::relay
