// SPDX-License-Identifier: MIT
#include "pipelines/missing.hpp"

#include "pipelines/answer_check.hpp"
#include "pipelines/gst.hpp"

#include <gst/rtp/gstrtpbuffer.h>

#include <string_view>

namespace classcast::pipelines {

namespace {

// How often a packet is asked for; left alone, a slow first answer makes it once a second.
constexpr gint kAskAgainMs = 100;

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
  auto adopted = Ref<GObject>::adopt(session);
  if (!adopted) return;
  g_object_set(session, "rtcp-immediate-feedback-threshold", kMembers, "rtcp-min-interval", kReportNs,
               "bandwidth", kBandwidth, nullptr);
}

/// webrtcbin's do-nack reaches the jitter buffer only where it knew the stream's SSRC before; the offer is
/// made by it all the same.
void watch_input(GstElement*, GstElement* element, guint, guint, gpointer) {
  constexpr auto kPackets =
      static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST);
  auto input = Ref<GstPad>::adopt(gst_element_get_static_pad(element, "sink"));
  if (input) gst_pad_add_probe(input.get(), kPackets, on_first_packet, nullptr, nullptr);
}

}  // namespace

void ask_for_missing(GstElement* rtpbin) {
  g_signal_connect(rtpbin, "element-added", G_CALLBACK(on_element_added), nullptr);
  g_signal_connect(rtpbin, "new-jitterbuffer", G_CALLBACK(watch_input), nullptr);
}

}  // namespace classcast::pipelines
