// SPDX-License-Identifier: MIT
#include "pipelines/fixed_caps.hpp"

namespace classcast::pipelines {

namespace {

GstPadProbeReturn replace_caps(GstPad*, GstPadProbeInfo* info, gpointer caps) {
  auto* event = GST_PAD_PROBE_INFO_EVENT(info);
  if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return GST_PAD_PROBE_OK;
  GST_PAD_PROBE_INFO_DATA(info) = gst_event_new_caps(static_cast<GstCaps*>(caps));
  gst_event_unref(event);
  return GST_PAD_PROBE_OK;
}

/// webrtcbin asks what comes, and gets the offer's caps; the payloader asks what may come, and may send any
/// RTP.
GstPadProbeReturn answer_caps(GstPad*, GstPadProbeInfo* info, gpointer caps) {
  auto* query = GST_PAD_PROBE_INFO_QUERY(info);
  if (GST_QUERY_TYPE(query) != GST_QUERY_CAPS) return GST_PAD_PROBE_OK;
  const bool asks_payloader = (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_QUERY_UPSTREAM) != 0;
  const auto answer = asks_payloader ? Ref<GstCaps>::retain(static_cast<GstCaps*>(caps))
                                     : Ref<GstCaps>::adopt(gst_caps_new_empty_simple("application/x-rtp"));
  GstCaps* filter = nullptr;
  gst_query_parse_caps(query, &filter);
  const auto result =
      filter == nullptr
          ? answer
          : Ref<GstCaps>::adopt(gst_caps_intersect_full(filter, answer.get(), GST_CAPS_INTERSECT_FIRST));
  gst_query_set_caps_result(query, result.get());
  return GST_PAD_PROBE_HANDLED;
}

void free_caps(gpointer caps) {
  gst_caps_unref(static_cast<GstCaps*>(caps));
}

void add_caps_probe(GstPad* pad, int mask, GstPadProbeCallback callback, const Ref<GstCaps>& caps) {
  gst_pad_add_probe(pad, static_cast<GstPadProbeType>(mask), callback, Ref<GstCaps>(caps).release(),
                    free_caps);
}

}  // namespace

void fix_caps(GstPad* payloader_output, const std::string& text) {
  const auto caps = Ref<GstCaps>::adopt(gst_caps_from_string(text.c_str()));
  add_caps_probe(payloader_output, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, replace_caps, caps);
  add_caps_probe(
      payloader_output,
      GST_PAD_PROBE_TYPE_PUSH | GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM | GST_PAD_PROBE_TYPE_QUERY_UPSTREAM,
      answer_caps, caps);
}

}  // namespace classcast::pipelines
