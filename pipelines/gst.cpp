// SPDX-License-Identifier: MIT
#include "pipelines/gst.hpp"

#include <utility>

namespace classcast::pipelines {

namespace {

GstBusSyncReply on_message(GstBus*, GstMessage* message, gpointer data) {
  (*static_cast<Pipeline::MessageHandler*>(data))(message);
  gst_message_unref(message);
  return GST_BUS_DROP;
}

void free_handler(gpointer data) {
  delete static_cast<Pipeline::MessageHandler*>(data);
}

}  // namespace

void init() {
  static const bool done = [] {
    gst_init(nullptr, nullptr);
    return true;
  }();
  static_cast<void>(done);
}

Pipeline::Pipeline(MessageHandler handler)
    : pipeline_(Ref<GstElement>::sink(gst_pipeline_new(nullptr))),
      clock_(Ref<GstClock>::adopt(gst_system_clock_obtain())) {
  gst_pipeline_use_clock(GST_PIPELINE(pipeline_.get()), clock_.get());
  auto bus = Ref<GstBus>::adopt(gst_element_get_bus(pipeline_.get()));
  gst_bus_set_sync_handler(bus.get(), on_message, new MessageHandler(std::move(handler)), free_handler);
}

Pipeline::~Pipeline() {
  stop();
}

Result<Ref<GstElement>> Pipeline::add_chain(const char* description, Ends ends) {
  glib::GErrorSlot error;
  auto* bin = gst_parse_bin_from_description(description, ends == Ends::open ? TRUE : FALSE, error.out());
  if (bin == nullptr || error) {
    if (bin != nullptr) gst_object_unref(bin);
    return fail(Errc::unavailable, "GStreamer cannot build a graph: {}", error.text());
  }
  gst_bin_add(GST_BIN(pipeline_.get()), bin);
  return Ref<GstElement>::retain(bin);
}

Result<Ref<GstElement>> Pipeline::add(const char* factory) {
  auto* element = gst_element_factory_make(factory, nullptr);
  if (element == nullptr) return fail(Errc::unavailable, "GStreamer's element {} is not installed", factory);
  gst_bin_add(GST_BIN(pipeline_.get()), element);
  return Ref<GstElement>::retain(element);
}

Ref<GstElement> Pipeline::named(const char* name) const {
  return Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline_.get()), name));
}

Result<void> Pipeline::play() {
  if (gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE) return {};
  return fail(Errc::unavailable, "the graph does not start");
}

void Pipeline::stop() {
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

Instant Pipeline::base_time() const {
  return to_instant(gst_element_get_base_time(pipeline_.get()));
}

void Pipeline::start_with_lead(Duration lead) {
  gst_element_set_start_time(pipeline_.get(), GST_CLOCK_TIME_NONE);
  gst_element_set_base_time(pipeline_.get(),
                            gst_clock_get_time(clock_.get()) - static_cast<GstClockTime>(lead.count()));
}

}  // namespace classcast::pipelines
