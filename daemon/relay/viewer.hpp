// SPDX-License-Identifier: MIT
// Viewer: one WHEP peer of a room; gives it the room's sound and one layer of its picture, answers its NACKs
// and keyframe requests, and learns from its feedback what its path carries.
#pragma once

#include "relay/forwarder.hpp"
#include "relay/layers.hpp"
#include "relay/outlet.hpp"
#include "relay/pacer.hpp"
#include "relay/playout_delay.hpp"
#include "relay/quality.hpp"
#include "relay/track.hpp"
#include "rtc/bandwidth.hpp"
#include "rtc/negotiate.hpp"
#include "rtc/rtcp/nack.hpp"
#include "rtc/rtcp/report_block.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace classcast::relay {

struct ViewerOptions {
  std::vector<rtc::WatchTrack> tracks;
  rtc::ExtensionIds extensions;
  std::string cname;
  LayerWish wish = {};
};

struct ViewerCounters {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t nacks_received = 0;
  std::uint64_t resent = 0;
  std::uint64_t plis_received = 0;
  std::uint64_t switches = 0;       ///< from one layer to another
  std::uint64_t probe_packets = 0;  ///< sent only to find out what the path carries
};

class Viewer {
 public:
  static constexpr Duration kReportInterval = 1s;
  /// A packet is not sent again sooner than this; the viewer's NACKs overlap.
  static constexpr Duration kResendQuiet = 20ms;
  /// How often a viewer that lost the picture is given the cached one, when the source sends no keyframe.
  static constexpr Duration kReplayInterval = 2s;
  /// A probe is so long, and the next comes so much later; twice as much later each time that it found
  /// nothing.
  static constexpr Duration kProbeTime = 80ms;
  static constexpr Duration kProbeInterval = 1s;
  static constexpr Duration kLongestProbeInterval = 8s;

  Viewer(const ViewerOptions& options, Outlet& outlet);

  /// What the room has, or has now: from here on its packets come. A picture begins with the cached group of
  /// pictures where there is one.
  void take_sources(const Sources& sources, Instant now);
  /// Whether the sources' codecs are those that this viewer negotiated.
  [[nodiscard]] bool fits(const Sources& sources) const;
  /// Chooses the layer anew. To be called often.
  void review(Instant now);
  void set_wish(LayerWish wish, Instant now);
  [[nodiscard]] LayerWish wish() const { return choice_.wish(); }
  /// The layer that is shown, or about to be.
  [[nodiscard]] std::optional<LayerName> layer() const;
  /// The place of the picture's m-line among the negotiated ones.
  [[nodiscard]] std::size_t picture_place() const;
  /// Whether packets of the track are of use to the viewer.
  [[nodiscard]] bool wants(const Track& track) const;
  /// The same of a viewer that is not there yet.
  [[nodiscard]] bool will_want(const Track& track, const Sources& sources) const;

  void on_media(const Track& track, MediaRun run, Instant now);
  void on_rtcp(Bytes compound, Instant now);
  void handle_timeout(Instant now);
  [[nodiscard]] Instant next_deadline() const;
  /// While the cached group of pictures, or a probe, is being sent.
  [[nodiscard]] bool busy() const;
  /// Tells the browser that the streams end (RFC 3550 §6.6).
  void say_bye(Instant now);

  [[nodiscard]] const ViewerCounters& counters() const { return counters_; }
  [[nodiscard]] Quality quality(Instant now) const { return quality_.quality(now); }
  [[nodiscard]] std::optional<std::uint64_t> estimate_bps(Instant now) const {
    return bandwidth_.estimate_bps(now);
  }
  [[nodiscard]] std::optional<Duration> round_trip() const { return round_trip_; }

 private:
  struct Line {
    rtc::WatchTrack track;
    Forwarder forwarder;
    Track* source = nullptr;
    Track* former = nullptr;  ///< the source before, while it lives: some of its packets may be asked for
    Track* target = nullptr;  ///< the layer that takes over at its next keyframe
    /// The next packet of the cached group of pictures; absent once live.
    std::optional<std::int64_t> replay_at;
    std::uint16_t rtx_seq = 0;
    std::uint32_t packets = 0;
    std::uint32_t octets = 0;
  };
  struct Probe {
    std::uint8_t id = 0;  ///< 0: none is under way
    std::uint64_t bps = 0;
    Instant since{};
    Instant until{};
    std::uint64_t bytes = 0;
    std::uint16_t next_seq = 0;
  };
  struct SentReport {
    std::uint32_t ntp_middle = 0;
    Instant at{};
  };
  static Line make_line(const rtc::WatchTrack& track);
  Line* line_of(rtc::Ssrc ssrc);
  Line* picture_line();
  [[nodiscard]] const Line* picture_line() const;

  // Sending.
  void send(Line& line, const MediaPacket& packet, Rewritten numbers, Instant now);
  std::uint16_t count_out(const Line& line, std::size_t size, Instant now);
  [[nodiscard]] bool stamps(const Line& line) const;
  [[nodiscard]] rtc::RtpHeader header_of(const Line& line, const MediaPacket& packet,
                                         Rewritten numbers) const;
  void resend(Line& line, std::uint16_t seq, Instant now);
  bool send_repair(Line& line, const MediaPacket& packet, std::uint16_t seq, std::uint32_t timestamp,
                   Instant now);
  void catch_up(Line& line, Instant now);
  void send_reports(Instant now);

  // Layers (viewer_layers.cpp).
  [[nodiscard]] std::vector<Picture> usable(const Line& line, const Sources& sources) const;
  void drop_lost_sources(Line& line);
  void choose_sound(Line& line, Instant now);
  void choose_picture(Line& line, Instant now);
  void go_to(Line& line, Track& track, Instant now);
  [[nodiscard]] bool worth_waiting(const Line& line, Track& track, std::int64_t start, Instant now) const;
  void begin(Line& line, Track& track, std::optional<std::int64_t> replay_at, Instant now);
  [[nodiscard]] std::optional<Forwarder::Alignment> align(const Line& line, const Track& track,
                                                          std::optional<std::int64_t> replay_at,
                                                          Instant now) const;
  void lost_picture(Line& line, Instant now);
  [[nodiscard]] std::uint64_t pace_bps(const Track& track, Instant now) const;

  // Probing (viewer_probe.cpp).
  void plan_probe(Instant now);
  void probe(Instant now);
  bool send_probe_packet(Line& line, Instant now);

  // Feedback (viewer_feedback.cpp).
  void on_nack(const rtc::rtcp::Nack& nack, Instant now);
  void on_reports(const rtc::rtcp::ReportBlocks& blocks, Instant now);
  [[nodiscard]] std::optional<Duration> round_trip_of(const rtc::rtcp::ReportBlock& block, Instant now) const;
  void on_feedback(const rtc::rtcp::PacketView& packet, Instant now);

  std::vector<Line> lines_;
  std::string cname_;
  std::uint8_t transport_id_ = 0;
  std::uint8_t playout_id_ = 0;
  PlayoutDelay playout_;
  Outlet& outlet_;
  Sources sources_;
  LayerChoice choice_;
  rtc::Bandwidth bandwidth_;
  Pacer pacer_;
  Probe probe_;
  std::uint8_t last_probe_ = 0;
  Instant probe_again_at_{};
  Duration probe_interval_ = kProbeInterval;
  QualityMeter quality_;
  std::array<SentReport, 4> sent_reports_{};
  std::size_t reports_ = 0;
  std::optional<Duration> round_trip_;
  Instant report_at_{};
  Instant burst_at_{};
  Instant again_at_{};
  ViewerCounters counters_;
};

}  // namespace classcast::relay
