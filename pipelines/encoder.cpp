// SPDX-License-Identifier: MIT
#include "pipelines/encoder.hpp"

#include "glib/ref.hpp"
#include "pipelines/gst.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace classcast::pipelines {

namespace {

struct Encoder {
  std::string_view element;
  const char* chain;  ///< {0}: kbit/s, {1}: bit/s
};

// VA-API (new and old plug-in), V4L2 memory-to-memory, NVENC, then the processor.
constexpr std::array kEncoders = {
    Encoder{"vah264enc", "vah264enc bitrate={0} key-int-max=50 b-frames=0 rate-control=cbr target-usage=6"},
    Encoder{"vaapih264enc", "vaapih264enc bitrate={0} keyframe-period=50 max-bframes=0 rate-control=cbr"},
    Encoder{
        "v4l2h264enc",
        "v4l2h264enc extra-controls=\"c,video_bitrate={1},h264_i_frame_period=50,repeat_sequence_header=1\" "
        "! video/x-h264,level=(string)4"},
    Encoder{"nvh264enc", "nvh264enc bitrate={0} gop-size=50 bframes=0 zerolatency=true rc-mode=cbr"},
    Encoder{"x264enc",
            "x264enc tune=zerolatency speed-preset=superfast bitrate={0} key-int-max=50 bframes=0 threads=2 "
            "option-string=scenecut=0 ! video/x-h264,profile=constrained-baseline"},
    Encoder{"openh264enc",
            "openh264enc bitrate={1} gop-size=50 complexity=low rate-control=bitrate usage-type=camera "
            "multi-thread=2"},
};

// Keyframes every 50 frames at most: a receiver that joins without asking for one still starts soon.
constexpr const char* kVp8 =
    "videoconvert ! vp8enc deadline=1 cpu-used=8 threads=2 end-usage=cbr target-bitrate={1} "
    "keyframe-max-dist=50 lag-in-frames=0 error-resilient=default";

constexpr GstClockTime kTrialLimit = 3 * GST_SECOND;

std::string h264_chain(const Encoder& encoder, int bitrate_kbps) {
  return fmt::format(
      "videoconvert ! {} ! h264parse config-interval=-1 ! "
      "video/x-h264,stream-format=byte-stream,alignment=au",
      fmt::format(fmt::runtime(encoder.chain), bitrate_kbps, bitrate_kbps * 1000));
}

/// An element may be installed where its hardware is missing, or is there and refuses: only frames prove it.
bool works(const Encoder& encoder) {
  constexpr int kTrialBitrate = 1000;
  auto graph = fmt::format(
      "videotestsrc num-buffers=5 ! video/x-raw,width=640,height=360,framerate=25/1 ! {} "
      "! fakesink async=false",
      h264_chain(encoder, kTrialBitrate));
  glib::GErrorSlot error;
  auto pipeline = Ref<GstElement>::sink(gst_parse_launch(graph.c_str(), error.out()));
  if (!pipeline || error) return false;
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  auto bus = Ref<GstBus>::adopt(gst_element_get_bus(pipeline.get()));
  auto* end = gst_bus_timed_pop_filtered(bus.get(), kTrialLimit,
                                         static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
  const bool done = end != nullptr && GST_MESSAGE_TYPE(end) == GST_MESSAGE_EOS;
  if (end != nullptr) gst_message_unref(end);
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return done;
}

bool installed(const Encoder& encoder) {
  auto factory = Ref<GstElementFactory>::adopt(gst_element_factory_find(encoder.element.data()));
  return static_cast<bool>(factory);
}

const Encoder* found() {
  const auto* first = std::find_if(kEncoders.begin(), kEncoders.end(),
                                   [](const auto& each) { return installed(each) && works(each); });
  return first == kEncoders.end() ? nullptr : first;
}

const Encoder* chosen() {
  static const Encoder* encoder = found();
  return encoder;
}

}  // namespace

Result<std::string> encoder_chain(VideoCodec codec, int bitrate_kbps) {
  if (codec == VideoCodec::vp8) return fmt::format(fmt::runtime(kVp8), bitrate_kbps, bitrate_kbps * 1000);
  const auto* encoder = chosen();
  if (encoder == nullptr)
    return fail(Errc::unavailable, "no H.264 encoder works here; install gstreamer1.0-plugins-ugly (x264)");
  return h264_chain(*encoder, bitrate_kbps);
}

std::string_view find_h264_encoder() {
  const auto* encoder = found();
  return encoder == nullptr ? std::string_view() : encoder->element;
}

const std::string& h264_encoder() {
  static const std::string name(chosen() == nullptr ? std::string_view() : chosen()->element);
  return name;
}

std::vector<std::string_view> h264_encoders() {
  std::vector<std::string_view> names;
  names.reserve(std::size(kEncoders));
  for (const auto& encoder : kEncoders) names.push_back(encoder.element);
  return names;
}

}  // namespace classcast::pipelines
