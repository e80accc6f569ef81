// SPDX-License-Identifier: MIT
// RtcpFeedback: what the receiver of a webrtcbin session tells by RTCP: pause and resume (RFC 7728), loss,
// round trip, and that it is still there.
#pragma once

#include "pipelines/gst.hpp"
#include "pipelines/pause.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace classcast::pipelines {

struct LinkFigures {
  std::uint64_t reports = 0;  ///< RTCP packets received; it grows every second while the receiver lives
  std::optional<double> loss_percent;
  std::optional<Duration> round_trip;
};

class RtcpFeedback : public std::enable_shared_from_this<RtcpFeedback> {
 public:
  /// `on_pause` is called on GStreamer's threads, each time the receiver asks for the stream `ssrc` to pause
  /// (true) or to go on (false). Without it, nothing is heard.
  RtcpFeedback(std::uint32_t ssrc, std::function<void(bool)> on_pause)
      : ssrc_(ssrc), on_pause_(std::move(on_pause)) {}

  /// Listens to the session's RTP session, which exists once both descriptions are set; later calls do
  /// nothing.
  void listen(GstElement* webrtc);
  /// The sequence number of a packet of the stream that was just sent, for PAUSED.
  void note_sent(std::uint16_t sequence);
  [[nodiscard]] LinkFigures figures() const;
  [[nodiscard]] std::uint64_t reports() const { return reports_; }

 private:
  using Weak = std::weak_ptr<RtcpFeedback>;
  static void on_feedback(GObject* rtp, guint type, guint format, guint sender, guint media, GstBuffer* fci,
                          gpointer data);
  static gboolean on_sending(GObject* rtp, GstBuffer* rtcp, gboolean early, gpointer data);
  static void on_receiving(GObject* rtp, GstBuffer* rtcp, gpointer data);
  void take(GObject* rtp, const PauseEntry& entry);
  bool add_paused(GstBuffer* rtcp) const;

  const std::uint32_t ssrc_;
  const std::function<void(bool)> on_pause_;
  std::atomic<std::uint64_t> reports_ = 0;
  std::atomic<bool> paused_ = false;
  std::atomic<std::uint32_t> highest_sent_ = 0;  // extended as in RFC 3550 §6.4.1
  std::atomic<std::uint16_t> pause_id_ = 0;
  // Guards the RTP session, which GStreamer's threads find and the main thread asks.
  mutable std::mutex mutex_;
  Ref<GObject> rtp_;
};

}  // namespace classcast::pipelines
