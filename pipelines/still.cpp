// SPDX-License-Identifier: MIT
#include "pipelines/still.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace classcast::pipelines {

namespace {

/// The decoder of one picture: threads of its own would cost more than they save.
const char* decoder_of(const GstCaps* caps) {
  const std::string_view name = gst_structure_get_name(gst_caps_get_structure(caps, 0));
  if (name == "video/x-h264") return "avdec_h264 max-threads=1";
  return name == "video/x-vp8" ? "vp8dec threads=1" : nullptr;
}

int even_height(const GstCaps* caps) {
  int width = 0;
  int height = 0;
  const auto* structure = gst_caps_get_structure(caps, 0);
  gst_structure_get_int(structure, "width", &width);
  gst_structure_get_int(structure, "height", &height);
  if (width <= 0 || height <= 0) return kStillWidth * 9 / 16;
  return std::clamp(kStillWidth * height / width, 2, 4 * kStillWidth) & ~1;
}

/// A graph without a source: what is pushed runs through it on the pusher's thread.
class Developer {
 public:
  Developer() : pipeline_([](GstMessage*) {}) {}
  ~Developer() {
    if (entry_) gst_pad_set_active(entry_.get(), FALSE);
  }

  Result<void> build(const std::string& chain) {
    auto bin = pipeline_.add_chain(chain.c_str());
    if (!bin) return fail(bin);
    entry_ = Ref<GstPad>::sink(gst_pad_new("entry", GST_PAD_SRC));
    gst_pad_set_active(entry_.get(), TRUE);
    auto input = Ref<GstPad>::adopt(gst_element_get_static_pad(bin->get(), "sink"));
    if (GST_PAD_LINK_FAILED(gst_pad_link(entry_.get(), input.get())))
      return fail(Errc::internal, "the still's graph does not fit together");
    return pipeline_.play();
  }

  void push(const Keyframe& keyframe) {
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(entry_.get(), gst_event_new_stream_start("still"));
    gst_pad_push_event(entry_.get(), gst_event_new_caps(keyframe.caps.get()));
    gst_pad_push_event(entry_.get(), gst_event_new_segment(&segment));
    auto* picture = gst_buffer_copy(keyframe.buffer.get());
    GST_BUFFER_PTS(picture) = 0;
    GST_BUFFER_DTS(picture) = 0;
    gst_pad_push(entry_.get(), picture);
    // The end makes the decoder give out what it holds.
    gst_pad_push_event(entry_.get(), gst_event_new_eos());
  }

  Buffer pull() {
    auto sink = pipeline_.named("sink");
    auto sample = Ref<GstSample>::adopt(gst_app_sink_try_pull_sample(GST_APP_SINK(sink.get()), 0));
    GstMapInfo map;
    if (!sample || gst_buffer_map(gst_sample_get_buffer(sample.get()), &map, GST_MAP_READ) == 0) return {};
    Buffer jpeg(map.data, map.data + map.size);
    gst_buffer_unmap(gst_sample_get_buffer(sample.get()), &map);
    return jpeg;
  }

 private:
  Pipeline pipeline_;
  Ref<GstPad> entry_;
};

}  // namespace

Result<Buffer> make_still(const Keyframe& keyframe) {
  const auto* decoder = decoder_of(keyframe.caps.get());
  if (decoder == nullptr) return fail(Errc::invalid, "no still can be made of this codec");
  Developer developer;
  auto built = developer.build(
      fmt::format("{} ! videoconvert n-threads=1 ! videoscale n-threads=1 ! "
                  "video/x-raw,format=I420,width={},height={} ! jpegenc quality=70 ! "
                  "appsink name=sink sync=false async=false max-buffers=1 drop=true wait-on-eos=false",
                  decoder, kStillWidth, even_height(keyframe.caps.get())));
  if (!built) return fail(built);
  developer.push(keyframe);
  auto jpeg = developer.pull();
  if (jpeg.empty()) return fail(Errc::invalid, "the keyframe cannot be decoded");
  if (jpeg.size() > kMaxStillBytes)
    return fail(Errc::exhausted, "the still is larger than {} bytes", kMaxStillBytes);
  return jpeg;
}

}  // namespace classcast::pipelines
