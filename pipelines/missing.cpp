// SPDX-License-Identifier: MIT
#include "pipelines/missing.hpp"

#include "pipelines/answer_check.hpp"
#include "pipelines/gst.hpp"

#include <gst/rtp/gstrtpbuffer.h>

#include <chrono>
#include <string_view>

namespace classcast::pipelines {

namespace {

// How often a packet is asked for; left alone, a slow first answer makes it once a second.
constexpr gint kAskAgainMs = 100;

/// The time at which a packet came: the jitter buffer may hold it for long.
GstCaps* arrival_caps() {
  static GstCaps* const caps = gst_caps_new_empty_simple("timestamp/x-unix");
  return caps;
}

GstBuffer* stamped(GstBuffer* buffer) {
  using namespace std::chrono;
  const auto now = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
  auto* writable = gst_buffer_make_writable(buffer);
  gst_buffer_add_reference_timestamp_meta(writable, arrival_caps(), static_cast<GstClockTime>(now),
                                          GST_CLOCK_TIME_NONE);
  return writable;
}

gboolean stamp(GstBuffer** buffer, guint, gpointer) {
  *buffer = stamped(*buffer);
  return TRUE;
}

GstPadProbeReturn on_packets(GstPad*, GstPadProbeInfo* info, gpointer) {
  if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0) {
    GST_PAD_PROBE_INFO_DATA(info) = stamped(GST_PAD_PROBE_INFO_BUFFER(info));
  } else {
    auto* list = gst_buffer_list_make_writable(GST_PAD_PROBE_INFO_BUFFER_LIST(info));
    gst_buffer_list_foreach(list, stamp, nullptr);
    GST_PAD_PROBE_INFO_DATA(info) = list;
  }
  return GST_PAD_PROBE_OK;
}

GstBuffer* first_buffer(GstPadProbeInfo* info) {
  if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0)
    return GST_PAD_PROBE_INFO_BUFFER(info);
  auto* list = GST_PAD_PROBE_INFO_BUFFER_LIST(info);
  return gst_buffer_list_length(list) > 0 ? gst_buffer_list_get(list, 0) : nullptr;
}

/// Of a jitter buffer's input: its first packet tells whether missing ones can be had again (NACK, RFC 4585
/// §6.2.1). Only gaps are asked for, not what is merely expected: a busy computer would ask for half of the
/// stream.
GstPadProbeReturn on_first_packet(GstPad* pad, GstPadProbeInfo* info, gpointer) {
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  auto* buffer = first_buffer(info);
  if (buffer == nullptr || gst_rtp_buffer_map(buffer, GST_MAP_READ, &rtp) == 0) return GST_PAD_PROBE_OK;
  const bool video = gst_rtp_buffer_get_payload_type(&rtp) == kVideoPayloadType;
  gst_rtp_buffer_unmap(&rtp);
  auto element = Ref<GstElement>::adopt(gst_pad_get_parent_element(pad));
  if (element && video) {
    g_object_set(element.get(), "do-retransmission", TRUE, "rtx-next-seqnum", FALSE, "rtx-retry-timeout",
                 kAskAgainMs, nullptr);
  }
  return GST_PAD_PROBE_REMOVE;
}

/// A new session of rtpbin. RFC 4585 lets it ask for packets only after its first regular report, by default
/// up to four seconds later, and then once in the time between two; a picture, its repair and sound also
/// count as too many members to ask at once.
void on_element_added(GstBin*, GstElement* element, gpointer) {
  constexpr guint kMembers = 100;
  constexpr guint64 kReportNs = 200'000'000;
  constexpr gdouble kBandwidth = 2'000'000;  // bit/s; a twentieth is for RTCP
  if (std::string_view(GST_OBJECT_NAME(gst_element_get_factory(element))) != "rtpsession") return;
  GObject* session = nullptr;
  g_object_get(element, "internal-session", &session, nullptr);
  if (session == nullptr) return;
  g_object_set(session, "rtcp-immediate-feedback-threshold", kMembers, "rtcp-min-interval", kReportNs,
               "bandwidth", kBandwidth, nullptr);
  g_object_unref(session);
}

/// webrtcbin's do-nack reaches the jitter buffer only where it knew the stream's SSRC before; the offer is
/// made by it all the same.
void on_jitterbuffer(GstElement*, GstElement* element, guint, guint, gpointer) {
  constexpr auto kPackets =
      static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST);
  auto input = Ref<GstPad>::adopt(gst_element_get_static_pad(element, "sink"));
  if (!input) return;
  gst_pad_add_probe(input.get(), kPackets, on_first_packet, nullptr, nullptr);
  gst_pad_add_probe(input.get(), kPackets, on_packets, nullptr, nullptr);
}

}  // namespace

void ask_for_missing(GstElement* rtpbin) {
  g_signal_connect(rtpbin, "element-added", G_CALLBACK(on_element_added), nullptr);
  g_signal_connect(rtpbin, "new-jitterbuffer", G_CALLBACK(on_jitterbuffer), nullptr);
}

std::optional<std::int64_t> arrival_of(GstBuffer* packet) {
  const auto* meta = gst_buffer_get_reference_timestamp_meta(packet, arrival_caps());
  if (meta == nullptr) return std::nullopt;
  return static_cast<std::int64_t>(meta->timestamp);
}

}  // namespace classcast::pipelines
