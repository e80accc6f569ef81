// SPDX-License-Identifier: MIT
#include "pipelines/camera.hpp"

#include "base/strings.hpp"
#include "pipelines/h264_slices.hpp"

#include <fmt/format.h>
#include <gst/video/video.h>

#include <array>
#include <string_view>
#include <utility>

namespace classcast::pipelines {

namespace {

constexpr const char* kAppSink = "appsink name=sink sync=false async=false max-buffers=4 emit-signals=false";
// An encoder that cannot keep up drops raw pictures here, instead of falling behind more and more.
constexpr const char* kRawQueue =
    "queue leaky=downstream max-size-buffers=3 max-size-bytes=0 max-size-time=0";
constexpr const char* kPassThrough =
    "rtph264depay ! h264parse name=parser config-interval=-1 ! "
    "video/x-h264,stream-format=byte-stream,alignment=au";

struct Decoder {
  std::string_view encoding;
  const char* chain;
};
constexpr std::array kDecoders = {
    Decoder{"H264", "rtph264depay ! h264parse ! avdec_h264 max-threads=1"},
    Decoder{"H265", "rtph265depay ! h265parse ! avdec_h265 max-threads=1"},
    Decoder{"JPEG", "rtpjpegdepay ! jpegdec"},
};

Error wrong_codec(const std::string& encoding, Transcoding transcoding) {
  const auto* advice = transcoding == Transcoding::never
                           ? "set the camera's main stream to H.264, or [camera] codec = auto"
                           : "set the camera's stream to H.264, H.265 or MJPEG";
  return {Errc::invalid,
          fmt::format("camera sends {}, which cannot be used here; {}", codec_word(encoding), advice)};
}

Result<std::string> encoded(const std::string& raw, const CameraSettings& settings) {
  auto encoder = encoder_chain(settings.codec, settings.bitrate_kbps);
  if (!encoder) return fail(encoder);
  return fmt::format("{} ! {} ! {} ! {}", raw, kRawQueue, *encoder, kAppSink);
}

bool passes(const std::string& encoding, const CameraSettings& settings) {
  return encoding == "H264" && settings.codec == VideoCodec::h264 &&
         settings.transcoding != Transcoding::always;
}

Result<std::string> chain_for(const std::string& encoding, const CameraSettings& settings) {
  if (passes(encoding, settings)) return fmt::format("{} ! {}", kPassThrough, kAppSink);
  if (settings.transcoding == Transcoding::never)
    return tl::make_unexpected(wrong_codec(encoding, settings.transcoding));
  for (const auto& decoder : kDecoders) {
    if (encoding == decoder.encoding) return encoded(decoder.chain, settings);
  }
  return tl::make_unexpected(wrong_codec(encoding, settings.transcoding));
}

/// The receiver's wish for a keyframe goes to the encoder, when there is one.
void pass_keyframe_requests(Track& track, GstElement* sink) {
  auto input = Ref<GstPad>::adopt(gst_element_get_static_pad(sink, "sink"));
  track.on_keyframe_request([input] {
    gst_pad_push_event(input.get(),
                       gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
  });
}

/// RTSP: the encoding is known when the camera has described its stream.
class RtspCamera : public Source {
 public:
  RtspCamera(const CameraSettings& settings, Track& track, FaultHandler on_fault)
      : settings_(settings),
        track_(track),
        on_fault_(std::move(on_fault)),
        rtsp_(settings.rtsp,
              {"video",
               [this](const std::string& encoding) { return choose(encoding); },
               [this](Pipeline& pipeline) { finish(pipeline); },
               {}},
              on_fault_) {}
  ~RtspCamera() override { track_.on_keyframe_request({}); }

  Result<void> build() { return rtsp_.build(); }
  Result<void> start() override {
    track_.restart();
    return rtsp_.start();
  }

 private:
  Result<std::string> choose(const std::string& encoding) {
    passes_ = passes(encoding, settings_);
    return chain_for(encoding, settings_);
  }
  void finish(Pipeline& pipeline) {
    auto sink = pipeline.named("sink");
    connect(GST_APP_SINK(sink.get()), track_, pipeline);
    if (!passes_) return pass_keyframe_requests(track_, sink.get());
    auto input = Ref<GstPad>::adopt(gst_element_get_static_pad(sink.get(), "sink"));
    gst_pad_add_probe(input.get(), GST_PAD_PROBE_TYPE_BUFFER, on_frame, this, nullptr);
  }
  static GstPadProbeReturn on_frame(GstPad*, GstPadProbeInfo* info, gpointer self);

  const CameraSettings settings_;
  Track& track_;
  const FaultHandler on_fault_;
  std::atomic<bool> passes_ = false;
  RtspSource rtsp_;
};

/// No B-frame goes on to a viewer.
GstPadProbeReturn RtspCamera::on_frame(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto* self = static_cast<RtspCamera*>(data);
  GstMapInfo map;
  if (gst_buffer_map(GST_PAD_PROBE_INFO_BUFFER(info), &map, GST_MAP_READ) == 0) return GST_PAD_PROBE_OK;
  const bool reordered = begins_with_b_slice({map.data, map.size});
  gst_buffer_unmap(GST_PAD_PROBE_INFO_BUFFER(info), &map);
  if (!reordered) return GST_PAD_PROBE_OK;
  self->on_fault_(
      {FaultKind::reordered,
       "camera sends H.264 with B-frames, which browsers cannot play; set its profile to Baseline, "
       "or B-frames to 0"});
  return GST_PAD_PROBE_DROP;
}

/// A USB camera or the test picture: a graph that is known from the start.
class LocalCamera : public Source {
 public:
  LocalCamera(const CameraSettings& settings, Track& track, FaultHandler on_fault)
      : settings_(settings),
        track_(track),
        on_fault_(std::move(on_fault)),
        pipeline_([this](GstMessage* message) { handle(message); }) {}
  ~LocalCamera() override {
    track_.on_keyframe_request({});
    pipeline_.stop();
  }

  Result<void> build();
  Result<void> start() override {
    track_.restart();
    return pipeline_.play();
  }

 private:
  void handle(GstMessage* message);
  [[nodiscard]] std::string head() const;

  const CameraSettings settings_;
  Track& track_;
  const FaultHandler on_fault_;
  Pipeline pipeline_;
};

std::string LocalCamera::head() const {
  if (settings_.kind == CameraKind::test) {
    return "videotestsrc is-live=true pattern=smpte100 horizontal-speed=2 ! "
           "video/x-raw,format=I420,width=1280,height=720,framerate=25/1";
  }
  // 720p as the camera likes it best, else what it has. The device's name is set as a property.
  return "v4l2src name=device ! image/jpeg,width=1280,height=720;video/x-raw,width=1280,height=720;"
         "image/jpeg;video/x-raw ! decodebin ! videoconvert";
}

Result<void> LocalCamera::build() {
  auto chain = encoded(head(), settings_);
  if (!chain) return fail(chain);
  if (auto added = pipeline_.add_chain(chain->c_str(), Pipeline::Ends::closed); !added) return fail(added);
  if (auto device = pipeline_.named("device"); device)
    g_object_set(device.get(), "device", settings_.device.c_str(), nullptr);
  auto sink = pipeline_.named("sink");
  connect(GST_APP_SINK(sink.get()), track_, pipeline_);
  pass_keyframe_requests(track_, sink.get());
  return {};
}

void LocalCamera::handle(GstMessage* message) {
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) on_fault_({FaultKind::lost, "the camera ended"});
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR) return;
  glib::GErrorSlot error;
  gst_message_parse_error(message, error.out(), nullptr);
  const auto device = printable(settings_.device);
  if (error.is(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND)) {
    return on_fault_(
        {FaultKind::missing, fmt::format("camera {} does not exist; is it plugged in?", device)});
  }
  if (error.is(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY)) {
    return on_fault_({FaultKind::missing, fmt::format("camera {} is used by another program", device)});
  }
  on_fault_({FaultKind::lost, fmt::format("camera {} failed: {}", device, printable(error.text()))});
}

template <typename Camera>
Result<std::unique_ptr<Source>> make(const CameraSettings& settings, Track& track, FaultHandler on_fault) {
  auto camera = std::make_unique<Camera>(settings, track, std::move(on_fault));
  if (auto built = camera->build(); !built) return fail(built);
  return camera;
}

}  // namespace

Result<std::unique_ptr<Source>> make_camera(const CameraSettings& settings, Track& track,
                                            FaultHandler on_fault) {
  return settings.kind == CameraKind::rtsp ? make<RtspCamera>(settings, track, std::move(on_fault))
                                           : make<LocalCamera>(settings, track, std::move(on_fault));
}

}  // namespace classcast::pipelines
