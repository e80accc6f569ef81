// SPDX-License-Identifier: MIT
#include "picture.hpp"

#include "handles.hpp"
#include "stamp.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>

namespace classcast::camera {
namespace {

struct Stamper {
  std::uint16_t room = 0;
  Value value = Value::frame_number;
  std::uint32_t frames = 0;

  std::uint32_t next() {
    using std::chrono::milliseconds;
    const auto number = frames++;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return value == Value::frame_number
               ? number
               : static_cast<std::uint32_t>(std::chrono::duration_cast<milliseconds>(now).count());
  }
};

GstPadProbeReturn on_frame(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
  auto* buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  const OwnedMini<GstCaps> caps(gst_pad_get_current_caps(pad));
  GstVideoInfo format;
  GstVideoFrame frame;
  if (caps && gst_video_info_from_caps(&format, caps.get()) == TRUE &&
      gst_video_frame_map(&frame, &format, buffer, GST_MAP_WRITE) == TRUE) {
    auto* stamper = static_cast<Stamper*>(data);
    burn(frame, {stamper->room, stamper->next()});
    gst_video_frame_unmap(&frame);
  }
  return GST_PAD_PROBE_OK;
}

std::string encoder(const Picture& p) {
  // About 0.2 bit a pixel: small text and the strip stay sharp.
  const int kbps = p.width * p.height * p.fps / 5000;
  if (p.codec == "h264") {
    return fmt::format(
        "x264enc tune=zerolatency speed-preset=ultrafast bitrate={} key-int-max={} bframes=0 threads=1 "
        "option-string=scenecut=0 ! video/x-h264,profile=constrained-baseline",
        kbps, p.gop);
  }
  if (p.codec == "h265") {
    return fmt::format(
        "x265enc tune=zerolatency speed-preset=ultrafast bitrate={} key-int-max={} ! h265parse", kbps, p.gop);
  }
  return p.codec == "mjpeg" ? "jpegenc quality=70" : "";
}

}  // namespace

std::string encoder_graph(const Picture& p, const std::string& source) {
  const auto encode = encoder(p);
  if (encode.empty()) {
    return "";
  }
  const int big = p.height / 9;
  return fmt::format(
      "videotestsrc {} pattern=smpte100 horizontal-speed=2 "
      "! video/x-raw,format=I420,width={},height={},framerate={}/1 "
      "! textoverlay text=\"{}\" font-desc=\"Sans Bold {}\" valignment=center halignment=center "
      "auto-resize=false "
      "! timeoverlay font-desc=\"Sans {}\" valignment=bottom halignment=center auto-resize=false "
      "! identity name=stamp ! {}",
      source, p.width, p.height, p.fps, p.room, big, big / 2, encode);
}

void stamp_frames(GstBin* bin, const Picture& picture, Value value) {
  const Owned<GstElement> element(gst_bin_get_by_name(bin, "stamp"));
  const Owned<GstPad> pad(gst_element_get_static_pad(element.get(), "src"));
  auto stamper = std::make_unique<Stamper>(Stamper{room_code(picture.room), value, 0});
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, on_frame, stamper.release(),
                    [](gpointer data) { std::default_delete<Stamper>()(static_cast<Stamper*>(data)); });
}

}  // namespace classcast::camera
