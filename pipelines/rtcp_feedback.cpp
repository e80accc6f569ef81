// SPDX-License-Identifier: MIT
#include "pipelines/rtcp_feedback.hpp"

#include <gst/rtp/gstrtcpbuffer.h>

#include <algorithm>
#include <array>

namespace classcast::pipelines {

namespace {

void free_weak_feedback(gpointer data, GClosure*) {
  delete static_cast<std::weak_ptr<RtcpFeedback>*>(data);
}

/// The one RTP session of a bundle.
Ref<GObject> rtp_session(GstElement* webrtc) {
  auto bin = Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(webrtc), "rtpbin"));
  GObject* session = nullptr;
  if (bin) g_signal_emit_by_name(bin.get(), "get-internal-session", 0U, &session);
  return Ref<GObject>::adopt(session);
}

/// RFC 3550 §6.4.1: loss in 256ths, delay in 65536ths of a second.
void take_report_block(const GstStructure* source, LinkFigures& figures) {
  gboolean has_block = FALSE;
  guint lost = 0;
  guint round_trip = 0;
  if (gst_structure_get_boolean(source, "have-rb", &has_block) == 0 || has_block == 0) return;
  if (gst_structure_get_uint(source, "rb-fractionlost", &lost) != 0) {
    figures.loss_percent = std::max(figures.loss_percent.value_or(0), lost * 100.0 / 256.0);
  }
  if (gst_structure_get_uint(source, "rb-round-trip", &round_trip) != 0 && round_trip > 0) {
    figures.round_trip = Duration(static_cast<std::int64_t>(round_trip) * 1'000'000'000 / 65536);
  }
}

}  // namespace

void RtcpFeedback::listen(GstElement* webrtc) {
  const std::lock_guard lock(mutex_);
  if (rtp_) return;
  rtp_ = rtp_session(webrtc);
  if (!rtp_) return;
  auto connect = [this](const char* signal, GCallback handler) {
    g_signal_connect_data(rtp_.get(), signal, handler, new Weak(weak_from_this()), free_weak_feedback,
                          GConnectFlags{});
  };
  connect("on-receiving-rtcp", G_CALLBACK(on_receiving));
  if (!on_pause_) return;
  connect("on-feedback-rtcp", G_CALLBACK(on_feedback));
  connect("on-sending-rtcp", G_CALLBACK(on_sending));
}

void RtcpFeedback::on_receiving(GObject*, GstBuffer*, gpointer data) {
  if (auto self = static_cast<Weak*>(data)->lock()) ++self->reports_;
}

void RtcpFeedback::on_feedback(GObject* rtp, guint type, guint format, guint, guint, GstBuffer* fci,
                               gpointer data) {
  auto self = static_cast<Weak*>(data)->lock();
  GstMapInfo map;
  if (!self || type != GST_RTCP_TYPE_RTPFB || format != kPauseResumeFormat || fci == nullptr ||
      gst_buffer_map(fci, &map, GST_MAP_READ) == 0) {
    return;
  }
  auto entry = pause_entry_for(self->ssrc_, Bytes(map.data, map.size));
  gst_buffer_unmap(fci, &map);
  if (entry) self->take(rtp, *entry);
}

/// The sender's view of the rules is simple: each PAUSE pauses, each RESUME resumes, and both may be
/// repeated.
void RtcpFeedback::take(GObject* rtp, const PauseEntry& entry) {
  if (entry.message != PauseMessage::pause && entry.message != PauseMessage::resume) return;
  pause_id_ = entry.pause_id;
  paused_ = entry.message == PauseMessage::pause;
  on_pause_(paused_);
  // RFC 7728 §6.3: the receiver learns at once that it was obeyed.
  constexpr guint64 kAtOnce = 0;
  if (paused_) g_signal_emit_by_name(rtp, "send-rtcp", kAtOnce);
}

gboolean RtcpFeedback::on_sending(GObject*, GstBuffer* rtcp, gboolean, gpointer data) {
  auto self = static_cast<Weak*>(data)->lock();
  return self && self->paused_ && self->add_paused(rtcp) ? TRUE : FALSE;
}

bool RtcpFeedback::add_paused(GstBuffer* buffer) const {
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  if (gst_rtcp_buffer_map(buffer, GST_MAP_READWRITE, &rtcp) == 0) return false;
  GstRTCPPacket packet;
  bool added = gst_rtcp_buffer_add_packet(&rtcp, GST_RTCP_TYPE_RTPFB, &packet) != 0;
  if (added) {
    gst_rtcp_packet_fb_set_type(&packet, static_cast<GstRTCPFBType>(kPauseResumeFormat));
    gst_rtcp_packet_fb_set_sender_ssrc(&packet, ssrc_);
    // RFC 7728 §8: the target stands in the FCI.
    gst_rtcp_packet_fb_set_media_ssrc(&packet, 0);
    added = gst_rtcp_packet_fb_set_fci_length(&packet, kPausedEntryBytes / 4) != 0;
  }
  if (added)
    write_paused(ssrc_, pause_id_, highest_sent_, {gst_rtcp_packet_fb_get_fci(&packet), kPausedEntryBytes});
  gst_rtcp_buffer_unmap(&rtcp);
  return added;
}

void RtcpFeedback::note_sent(std::uint16_t sequence) {
  // One thread sends a stream, so that reading and writing need not be one step.
  const std::uint32_t before = highest_sent_;
  const auto step = static_cast<std::int16_t>(sequence - static_cast<std::uint16_t>(before));
  if (before == 0 || step > 0)
    highest_sent_ = before == 0 ? sequence : before + static_cast<std::uint32_t>(step);
}

LinkFigures RtcpFeedback::figures() const {
  LinkFigures figures;
  figures.reports = reports_;
  const std::lock_guard lock(mutex_);
  if (!rtp_) return figures;
  GstStructure* text = nullptr;
  g_object_get(rtp_.get(), "stats", &text, nullptr);
  const glib::Unique<GstStructure, gst_structure_free> stats(text);
  const auto* value = stats ? gst_structure_get_value(stats.get(), "source-stats") : nullptr;
  if (value == nullptr) return figures;
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS  // GStreamer 1.22 hands out a GValueArray here
      const auto* sources = static_cast<const GValueArray*>(g_value_get_boxed(value));
  for (guint i = 0; sources != nullptr && i < sources->n_values; ++i) {
    take_report_block(gst_value_get_structure(&sources->values[i]), figures);
  }
  G_GNUC_END_IGNORE_DEPRECATIONS
  return figures;
}

}  // namespace classcast::pipelines
