// SPDX-License-Identifier: MIT
// Viewer: one WHEP peer of a room; gives it the room's tracks and answers its NACKs and keyframe requests.
#pragma once

#include "relay/forwarder.hpp"
#include "relay/outlet.hpp"
#include "relay/publisher.hpp"
#include "rtc/negotiate.hpp"
#include "rtc/rtcp/nack.hpp"
#include "rtc/rtcp/report_block.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace classcast::relay {

struct ViewerOptions {
  std::vector<rtc::WatchTrack> tracks;
  rtc::ExtensionIds extensions;
  std::string cname;
};

struct ViewerCounters {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t nacks_received = 0;
  std::uint64_t resent = 0;
  std::uint64_t plis_received = 0;
};

class Viewer {
 public:
  static constexpr Duration kReportInterval = 1s;
  /// A packet is not sent again sooner than this; the viewer's NACKs overlap.
  static constexpr Duration kResendQuiet = 20ms;
  /// Catching up goes in bursts that no socket buffer on the way overflows at.
  static constexpr std::size_t kBurst = 24;
  static constexpr Duration kBurstInterval = 2ms;
  /// How often a viewer that lost the picture is given the cached one, when the source sends no keyframe.
  static constexpr Duration kReplayInterval = 2s;

  Viewer(const ViewerOptions& options, Outlet& outlet);

  /// The room has a publisher, or another one: from now on its packets come. Video begins with the cached
  /// group of pictures. False when its codecs are not those this viewer negotiated.
  bool start(Publisher& publisher, Instant now);
  /// The publisher is gone; the viewer waits for the next.
  void stop();
  void on_media(const Track& track, MediaRun run, Instant now);
  void on_rtcp(Bytes compound, Instant now);
  void handle_timeout(Instant now);
  [[nodiscard]] Instant next_deadline() const;
  /// While the cached group of pictures is being sent.
  [[nodiscard]] bool catching_up() const;
  /// Tells the browser that the streams end (RFC 3550 §6.6).
  void say_bye(Instant now);

  [[nodiscard]] const ViewerCounters& counters() const { return counters_; }
  /// Of the newest receiver report on video.
  [[nodiscard]] std::uint8_t fraction_lost() const { return fraction_lost_; }

 private:
  struct Line {
    rtc::WatchTrack track;
    Forwarder forwarder;
    Track* source = nullptr;
    /// The next packet of the cached group of pictures; absent once live.
    std::optional<std::int64_t> replay_at;
    std::uint16_t rtx_seq = 0;
    std::uint32_t packets = 0;
    std::uint32_t octets = 0;
  };
  static Line make_line(const rtc::WatchTrack& track);
  Line* line_of(rtc::Ssrc ssrc);
  void send(Line& line, const MediaPacket& packet, Rewritten numbers, Instant now);
  void resend(Line& line, std::uint16_t seq, Instant now);
  void catch_up(Line& line, Instant now);
  void need_keyframe(Line& line, Instant now);
  void lost_picture(Line& line, Instant now);
  void on_nack(const rtc::rtcp::Nack& nack, Instant now);
  void on_report(const rtc::rtcp::ReportBlocks& blocks);
  void on_feedback(const rtc::rtcp::PacketView& packet, Instant now);
  void send_reports(Instant now);

  std::vector<Line> lines_;
  std::string cname_;
  Outlet& outlet_;
  Instant report_at_{};
  Instant burst_at_{};
  Instant again_at_{};
  std::uint8_t fraction_lost_ = 0;
  ViewerCounters counters_;
};

}  // namespace classcast::relay
