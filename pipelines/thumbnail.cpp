// SPDX-License-Identifier: MIT
#include "pipelines/thumbnail.hpp"

#include "pipelines/gst.hpp"

#include <fmt/format.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

namespace classcast::pipelines {

namespace {

constexpr GstClockTime kDecoderPatience = 5 * GST_SECOND;

/// Lengths become start codes (ITU-T H.264 annex B).
Buffer byte_stream(Bytes picture) {
  Buffer out;
  Reader reader(picture);
  while (auto size = reader.u32()) {
    auto unit = reader.bytes(*size);
    if (!unit) break;
    for (std::uint8_t byte : {0, 0, 0, 1}) out.push_back(byte);
    out.insert(out.end(), unit->begin(), unit->end());
  }
  return out;
}

std::string thumbnail_chain() {
  return fmt::format(
      "appsrc name=picture format=time caps=\"video/x-h264,stream-format=byte-stream,alignment=au\" ! "
      "h264parse "
      "! avdec_h264 max-threads=1 ! videoconvert ! videoscale add-borders=false "
      "! video/x-raw,width={},pixel-aspect-ratio=1/1 ! jpegenc quality=80 ! appsink name=jpeg sync=false",
      kThumbnailWidth);
}

}  // namespace

Result<Buffer> thumbnail(Bytes keyframe) {
  Pipeline pipeline([](GstMessage*) {});
  auto chain = pipeline.add_chain(thumbnail_chain().c_str());
  if (!chain) return fail(chain);
  auto source = pipeline.named("picture");
  auto sink = pipeline.named("jpeg");
  if (auto playing = pipeline.play(); !playing) return fail(playing);
  const auto stream = byte_stream(keyframe);
  auto* appsrc = reinterpret_cast<GstAppSrc*>(source.get());
  auto buffer = Ref<GstBuffer>::adopt(gst_buffer_new_memdup(stream.data(), stream.size()));
  GST_BUFFER_PTS(buffer.get()) = 0;
  gst_app_src_push_buffer(appsrc, buffer.release());
  gst_app_src_end_of_stream(appsrc);
  auto sample = Ref<GstSample>::adopt(
      gst_app_sink_try_pull_sample(reinterpret_cast<GstAppSink*>(sink.get()), kDecoderPatience));
  if (!sample) return fail(Errc::internal, "the picture cannot be decoded");
  GstMapInfo map;
  if (gst_buffer_map(gst_sample_get_buffer(sample.get()), &map, GST_MAP_READ) == 0)
    return fail(Errc::internal, "the picture cannot be read");
  Buffer jpeg(map.data, map.data + map.size);
  gst_buffer_unmap(gst_sample_get_buffer(sample.get()), &map);
  return jpeg;
}

}  // namespace classcast::pipelines
