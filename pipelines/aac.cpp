// SPDX-License-Identifier: MIT
#include "pipelines/aac.hpp"

#include "base/strings.hpp"
#include "pipelines/gst.hpp"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace classcast::pipelines {

namespace {

constexpr const char* kChain =
    "appsrc name=opus format=time block=true max-bytes=65536 "
    "caps=\"audio/x-opus,rate=48000,channels=2,channel-mapping-family=0,stream-count=1,coupled-count=1\" "
    "! opusdec ! audioconvert ! audioresample ! audiorate tolerance=20000000 skip-to-first=false "
    "! audio/x-raw,rate=48000,channels=2 ! avenc_aac bitrate=96000 "
    "! audio/mpeg,mpegversion=4,stream-format=raw ! appsink name=aac sync=false max-buffers=0";
// A file is read faster than it was heard; nothing takes this long but a fault.
constexpr GstClockTime kEncoderPatience = 60 * GST_SECOND;

}  // namespace

struct AacEncoder::Graph {
  explicit Graph(Frame handler)
      : frame(std::move(handler)), pipeline([this](GstMessage* message) { handle(message); }) {}

  void handle(GstMessage* message);
  Result<void> check();
  /// Hands out the frames that are ready; with `to_end` all until the end of the stream.
  Result<void> drain(bool to_end);

  const Frame frame;
  // Guards fault, which GStreamer's threads write.
  std::mutex mutex;
  std::optional<std::string> fault;
  Pipeline pipeline;
  Ref<GstElement> source;
  Ref<GstElement> sink;
};

void AacEncoder::Graph::handle(GstMessage* message) {
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR) return;
  glib::GErrorSlot error;
  gst_message_parse_error(message, error.out(), nullptr);
  const std::lock_guard lock(mutex);
  fault = printable(error.text());
}

Result<void> AacEncoder::Graph::check() {
  const std::lock_guard lock(mutex);
  if (fault) return fail(Errc::internal, "the sound cannot be encoded: {}", *fault);
  return {};
}

Result<void> AacEncoder::Graph::drain(bool to_end) {
  auto* appsink = reinterpret_cast<GstAppSink*>(sink.get());
  while (true) {
    auto sample = Ref<GstSample>::adopt(gst_app_sink_try_pull_sample(appsink, to_end ? kEncoderPatience : 0));
    if (!sample) break;
    GstMapInfo map;
    auto* buffer = gst_sample_get_buffer(sample.get());
    if (gst_buffer_map(buffer, &map, GST_MAP_READ) == 0) return fail(Errc::internal, "cannot read AAC");
    auto taken = frame({map.data, map.size});
    gst_buffer_unmap(buffer, &map);
    if (!taken) return taken;
  }
  if (to_end && gst_app_sink_is_eos(appsink) == 0)
    return fail(Errc::timeout, "the sound cannot be encoded in time");
  return {};
}

AacEncoder::AacEncoder(std::unique_ptr<Graph> graph) : graph_(std::move(graph)) {}

AacEncoder::~AacEncoder() {
  graph_->pipeline.stop();
}

Result<std::unique_ptr<AacEncoder>> AacEncoder::create(Frame frame) {
  auto graph = std::make_unique<Graph>(std::move(frame));
  auto chain = graph->pipeline.add_chain(kChain);
  if (!chain) return fail(chain);
  graph->source = graph->pipeline.named("opus");
  graph->sink = graph->pipeline.named("aac");
  if (auto playing = graph->pipeline.play(); !playing) return fail(playing);
  return std::unique_ptr<AacEncoder>(new AacEncoder(std::move(graph)));
}

Result<void> AacEncoder::push(Bytes opus, std::int64_t time_ns, std::int64_t duration_ns) {
  if (auto checked = graph_->check(); !checked) return checked;
  auto buffer = Ref<GstBuffer>::adopt(gst_buffer_new_memdup(opus.data(), opus.size()));
  GST_BUFFER_PTS(buffer.get()) = static_cast<GstClockTime>(time_ns);
  GST_BUFFER_DURATION(buffer.get()) = static_cast<GstClockTime>(duration_ns);
  auto* appsrc = reinterpret_cast<GstAppSrc*>(graph_->source.get());
  if (gst_app_src_push_buffer(appsrc, buffer.release()) != GST_FLOW_OK) return graph_->check();
  return graph_->drain(false);
}

Result<void> AacEncoder::finish() {
  gst_app_src_end_of_stream(reinterpret_cast<GstAppSrc*>(graph_->source.get()));
  if (auto drained = graph_->drain(true); !drained) {
    auto checked = graph_->check();
    return checked ? drained : checked;
  }
  return graph_->check();
}

}  // namespace classcast::pipelines
