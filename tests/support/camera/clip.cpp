// SPDX-License-Identifier: MIT
#include "clip.hpp"

#include <fmt/format.h>
#include <gst/app/gstappsink.h>
#include <unistd.h>

#include <filesystem>

namespace classcast::camera {
namespace {

Result<Owned<GstElement>> parse(const std::string& graph) {
  GError* raw = nullptr;
  GstElement* element = gst_parse_launch(graph.c_str(), &raw);
  const OwnedError error(raw);
  Owned<GstElement> pipeline(element);
  if (error) {
    return fail(Errc::internal, "cannot build the graph: {}", error->message);
  }
  return pipeline;
}

// Nothing on success.
std::string wait_for_end(GstElement* pipeline) {
  const Owned<GstBus> bus(gst_element_get_bus(pipeline));
  const OwnedMini<GstMessage> message(gst_bus_timed_pop_filtered(
      bus.get(), GST_CLOCK_TIME_NONE, static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
  if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS) {
    return "";
  }
  GError* raw = nullptr;
  gst_message_parse_error(message.get(), &raw, nullptr);
  return OwnedError(raw)->message;
}

std::string run(GstElement* pipeline) {
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  auto error = wait_for_end(pipeline);
  gst_element_set_state(pipeline, GST_STATE_NULL);
  return error;
}

void take(GstSample* sample, Clip& clip) {
  clip.frames.emplace_back(gst_buffer_ref(gst_sample_get_buffer(sample)));
  if (!clip.caps) {
    clip.caps.reset(gst_caps_ref(gst_sample_get_caps(sample)));
  }
}

std::chrono::nanoseconds frame_time(const GstCaps* caps) {
  int numerator = 0;
  int denominator = 1;
  const bool known = gst_structure_get_fraction(gst_caps_get_structure(caps, 0), "framerate", &numerator,
                                                &denominator) == TRUE &&
                     numerator > 0;
  return std::chrono::nanoseconds(known ? gst_util_uint64_scale(GST_SECOND, denominator, numerator)
                                        : GST_SECOND / 25);
}

}  // namespace

Result<void> make_clip(const Picture& picture, int seconds, const std::string& path) {
  const auto graph = encoder_graph(picture, fmt::format("num-buffers={}", picture.fps * seconds));
  if (graph.empty()) {
    return fail(Errc::invalid, "unknown codec \"{}\"", picture.codec);
  }
  const auto unfinished = fmt::format("{}.{}", path, getpid());
  auto pipeline =
      parse(fmt::format("{} ! matroskamux ! filesink name=file location=\"{}\"", graph, unfinished));
  if (!pipeline) {
    return fail(pipeline);
  }
  stamp_frames(GST_BIN(pipeline->get()), picture, Value::frame_number);
  std::error_code error;
  if (const auto problem = run(pipeline->get()); !problem.empty()) {
    std::filesystem::remove(unfinished, error);
    return fail(Errc::internal, "cannot make {}: {}", path, problem);
  }
  std::filesystem::rename(unfinished, path, error);
  if (error) {
    return fail(Errc::internal, "cannot make {}: {}", path, error.message());
  }
  return {};
}

Result<Clip> load_clip(const std::string& path) {
  auto pipeline =
      parse(fmt::format("filesrc location=\"{}\" ! matroskademux ! appsink name=sink sync=false", path));
  if (!pipeline) {
    return fail(pipeline);
  }
  const Owned<GstElement> sink(gst_bin_get_by_name(GST_BIN(pipeline->get()), "sink"));
  gst_element_set_state(pipeline->get(), GST_STATE_PLAYING);
  Clip clip;
  while (const OwnedMini<GstSample> sample{gst_app_sink_pull_sample(GST_APP_SINK(sink.get()))}) {
    take(sample.get(), clip);
  }
  gst_element_set_state(pipeline->get(), GST_STATE_NULL);
  if (clip.frames.empty()) {
    return fail(Errc::invalid, "{} holds no film", path);
  }
  clip.frame_time = frame_time(clip.caps.get());
  return clip;
}

}  // namespace classcast::camera
