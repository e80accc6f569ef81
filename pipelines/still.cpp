// SPDX-License-Identifier: MIT
#include "pipelines/still.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace classcast::pipelines {

namespace {

/// Decoders of one picture, the first that manages it wins: threads of their own would cost more than they
/// save. OpenH264 lacks interlaced pictures and some of High; libav has all, but its libraries take 20 MB for
/// ever.
std::vector<const char*> decoders_of(const GstCaps* caps) {
  const std::string_view name = gst_structure_get_name(gst_caps_get_structure(caps, 0));
  if (name == "video/x-h264") return {"openh264dec", "avdec_h264 max-threads=1"};
  if (name == "video/x-vp8") return {"vp8dec threads=1"};
  return {};
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

  void begin(GstCaps* caps) {
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(entry_.get(), gst_event_new_stream_start("still"));
    gst_pad_push_event(entry_.get(), gst_event_new_caps(caps));
    gst_pad_push_event(entry_.get(), gst_event_new_segment(&segment));
  }

  void push(GstBuffer* picture, GstClockTime time) {
    auto* copy = gst_buffer_copy(picture);
    GST_BUFFER_PTS(copy) = time;
    GST_BUFFER_DTS(copy) = time;
    gst_pad_push(entry_.get(), copy);
  }

  /// Makes the decoder give out what it holds.
  void end() { gst_pad_push_event(entry_.get(), gst_event_new_eos()); }

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

namespace {

Result<Buffer> develop(const Keyframe& keyframe, const char* decoder) {
  Developer developer;
  auto built = developer.build(
      fmt::format("{} ! videoconvert n-threads=1 ! videoscale n-threads=1 ! "
                  "video/x-raw,format=I420,width={},height={} ! jpegenc quality=70 ! "
                  "appsink name=sink sync=false async=false max-buffers=1 drop=true wait-on-eos=false",
                  decoder, kStillWidth, even_height(keyframe.caps.get())));
  if (!built) return fail(built);
  developer.begin(keyframe.caps.get());
  developer.push(keyframe.buffer.get(), 0);
  auto jpeg = developer.pull();
  if (!jpeg.empty()) return jpeg;
  // A decoder that puts pictures in order gives one out when another keyframe follows.
  developer.push(keyframe.buffer.get(), GST_SECOND);
  developer.end();
  jpeg = developer.pull();
  if (jpeg.empty()) return fail(Errc::invalid, "the keyframe cannot be decoded");
  return jpeg;
}

}  // namespace

Result<Buffer> make_still(const Keyframe& keyframe) {
  Result<Buffer> jpeg = fail(Errc::invalid, "no still can be made of this codec");
  for (const auto* decoder : decoders_of(keyframe.caps.get())) {
    jpeg = develop(keyframe, decoder);
    if (jpeg) break;
  }
  if (jpeg && jpeg->size() > kMaxStillBytes)
    return fail(Errc::exhausted, "the still is larger than {} bytes", kMaxStillBytes);
  return jpeg;
}

}  // namespace classcast::pipelines
