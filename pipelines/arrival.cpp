// SPDX-License-Identifier: MIT
#include "pipelines/arrival.hpp"

#include "pipelines/gst.hpp"

#include <chrono>

namespace classcast::pipelines {

namespace {

GstCaps* arrival_caps() {
  static GstCaps* const caps = gst_caps_new_empty_simple("timestamp/x-unix");
  return caps;
}

std::int64_t unix_ns() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

GstBuffer* stamped(GstBuffer* buffer) {
  auto* writable = gst_buffer_make_writable(buffer);
  gst_buffer_add_reference_timestamp_meta(writable, arrival_caps(), static_cast<GstClockTime>(unix_ns()),
                                          GST_CLOCK_TIME_NONE);
  return writable;
}

gboolean stamp_one(GstBuffer** buffer, guint, gpointer) {
  *buffer = stamped(*buffer);
  return TRUE;
}

GstPadProbeReturn stamp_packets(GstPad*, GstPadProbeInfo* info, gpointer) {
  if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0) {
    GST_PAD_PROBE_INFO_DATA(info) = stamped(GST_PAD_PROBE_INFO_BUFFER(info));
  } else {
    auto* list = gst_buffer_list_make_writable(GST_PAD_PROBE_INFO_BUFFER_LIST(info));
    gst_buffer_list_foreach(list, stamp_one, nullptr);
    GST_PAD_PROBE_INFO_DATA(info) = list;
  }
  return GST_PAD_PROBE_OK;
}

void stamp_input(GstElement*, GstElement* element, guint, guint, gpointer) {
  constexpr auto kPackets =
      static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST);
  auto input = Ref<GstPad>::adopt(gst_element_get_static_pad(element, "sink"));
  if (input) gst_pad_add_probe(input.get(), kPackets, stamp_packets, nullptr, nullptr);
}

}  // namespace

void stamp_arrivals(GstElement* rtpbin) {
  g_signal_connect(rtpbin, "new-jitterbuffer", G_CALLBACK(stamp_input), nullptr);
}

std::int64_t arrival_of(GstBuffer* packet) {
  const auto* meta = gst_buffer_get_reference_timestamp_meta(packet, arrival_caps());
  return meta != nullptr ? static_cast<std::int64_t>(meta->timestamp) : unix_ns();
}

}  // namespace classcast::pipelines
