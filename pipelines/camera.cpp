// SPDX-License-Identifier: MIT
#include "pipelines/camera.hpp"

#include "base/strings.hpp"
#include "glib/signal.hpp"

#include <fmt/format.h>
#include <gst/video/video.h>

#include <atomic>
#include <string_view>
#include <utility>

namespace classcast::pipelines {

namespace {

// rtspsrc: how long its jitter buffer waits for a late packet, and how long it waits for an answer.
constexpr guint kLatencyMs = 150;
constexpr guint64 kTcpTimeoutUs = 5'000'000;
// rtspsrc: without a packet over UDP for this long it gives up (or falls back).
constexpr guint64 kUdpTimeoutUs = 5'000'000;

// GstRTSPLowerTrans of <gst/rtsp/gstrtsptransport.h>, whose library is not needed otherwise.
constexpr guint kLowerTransUdp = 1U << 0;
constexpr guint kLowerTransTcp = 1U << 2;

constexpr const char* kAppSink = "appsink name=sink sync=false async=false max-buffers=4 emit-signals=false";
// Keyframes every 50 frames at most: a receiver that joins without asking for one still starts soon.
constexpr const char* kVp8 =
    "videoconvert ! vp8enc deadline=1 cpu-used=8 threads=2 end-usage=cbr target-bitrate=1500000 "
    "keyframe-max-dist=50 lag-in-frames=0 error-resilient=default";

struct Decoder {
  std::string_view encoding;
  const char* chain;
};
constexpr Decoder kDecoders[] = {
    {"H264", "rtph264depay ! h264parse ! avdec_h264 max-threads=1"},
    {"H265", "rtph265depay ! h265parse ! avdec_h265 max-threads=1"},
    {"JPEG", "rtpjpegdepay ! jpegdec"},
};

std::string encoding_name(GstCaps* caps) {
  const auto* name = gst_structure_get_string(gst_caps_get_structure(caps, 0), "encoding-name");
  return name != nullptr ? name : "an unknown format";
}

bool is_video(GstCaps* caps) {
  const auto* media = gst_structure_get_string(gst_caps_get_structure(caps, 0), "media");
  return media != nullptr && std::string_view(media) == "video";
}

/// The chain that turns this encoding into frames; nothing when it cannot be used.
std::optional<std::string> chain_for(const std::string& encoding, VideoCodec codec) {
  if (codec == VideoCodec::h264) {
    if (encoding != "H264") return std::nullopt;
    return fmt::format(
        "rtph264depay ! h264parse config-interval=-1 ! "
        "video/x-h264,stream-format=byte-stream,alignment=au ! {}",
        kAppSink);
  }
  for (const auto& decoder : kDecoders) {
    if (encoding == decoder.encoding) return fmt::format("{} ! {} ! {}", decoder.chain, kVp8, kAppSink);
  }
  return std::nullopt;
}

std::string codec_word(const std::string& encoding) {
  if (encoding == "H265") return "H.265";
  if (encoding == "JPEG") return "MJPEG";
  return printable(encoding);
}

std::string wrong_codec(const std::string& encoding, VideoCodec codec) {
  const auto* advice = codec == VideoCodec::h264 ? "set the camera's main stream to H.264"
                                                 : "set the camera's stream to H.264, H.265 or MJPEG";
  return fmt::format("camera sends {}, which cannot be used here; {}", codec_word(encoding), advice);
}

std::string path_of(std::string_view url) {
  auto scheme = url.find("://");
  auto slash = scheme == std::string_view::npos ? scheme : url.find('/', scheme + 3);
  return slash == std::string_view::npos ? "/" : printable(url.substr(slash));
}

/// RFC 2326 §7.1.1 and RFC 7826 §17.
Fault status_fault(guint status, const std::string& url, bool has_login) {
  if (status == 401 && !has_login) {
    return {FaultKind::refused,
            "camera asks for a user name and password ([camera] username, password_file)"};
  }
  if (status == 401 || status == 403) {
    return {FaultKind::refused, fmt::format("camera refused the user name or password ({})", status)};
  }
  if (status == 404)
    return {FaultKind::refused, fmt::format("camera has no stream at {} (404)", path_of(url))};
  if (status == 461) return {FaultKind::transport, "camera cannot send over this transport (461)"};
  return {FaultKind::refused, fmt::format("camera answered with RTSP error {}", status)};
}

Fault error_fault(GstMessage* message, const std::string& url, bool has_login) {
  glib::GErrorSlot error;
  gst_message_parse_error(message, error.out(), nullptr);
  const GstStructure* details = nullptr;
  gst_message_parse_error_details(message, &details);
  guint status = 0;
  if (details != nullptr && gst_structure_get_uint(details, "rtsp-status-code", &status) != 0 &&
      status >= 300) {
    return status_fault(status, url, has_login);
  }
  return {FaultKind::unreachable, fmt::format("camera stream failed: {}", printable(error.text()))};
}

class RtspCamera : public Source {
 public:
  RtspCamera(const CameraSettings& settings, Track& track, FaultHandler on_fault)
      : settings_(settings),
        track_(track),
        on_fault_(std::move(on_fault)),
        pipeline_([this](GstMessage* message) { handle(message); }) {}
  ~RtspCamera() override {
    track_.on_keyframe_request({});
    pipeline_.stop();
  }

  Result<void> build();
  Result<void> start() override;

 private:
  static gboolean on_select_stream(GstElement*, guint, GstCaps* caps, gpointer self);
  static void on_pad_added(GstElement*, GstPad* pad, gpointer self);
  void handle(GstMessage* message);
  void take(GstPad* pad, GstCaps* caps);
  Result<void> finish_with(const std::string& chain, GstPad* pad);

  const CameraSettings settings_;
  Track& track_;
  const FaultHandler on_fault_;
  std::atomic<bool> video_selected_ = false;
  Pipeline pipeline_;
  glib::SignalConnection select_stream_;
  glib::SignalConnection pad_added_;
};

Result<void> RtspCamera::build() {
  auto source = pipeline_.add("rtspsrc");
  if (!source) return fail(source);
  auto* rtsp = source->get();
  g_object_set(rtsp, "location", settings_.url.c_str(), "latency", kLatencyMs, "tcp-timeout", kTcpTimeoutUs,
               "timeout", kUdpTimeoutUs, "protocols",
               settings_.transport == CameraTransport::tcp ? kLowerTransTcp : kLowerTransUdp, nullptr);
  if (!settings_.user.empty()) {
    g_object_set(rtsp, "user-id", settings_.user.c_str(), "user-pw", settings_.password.reveal().c_str(),
                 nullptr);
  }
  select_stream_ = {rtsp, "select-stream", G_CALLBACK(on_select_stream), this};
  pad_added_ = {rtsp, "pad-added", G_CALLBACK(on_pad_added), this};
  return {};
}

Result<void> RtspCamera::start() {
  track_.restart();
  return pipeline_.play();
}

gboolean RtspCamera::on_select_stream(GstElement*, guint, GstCaps* caps, gpointer data) {
  auto* self = static_cast<RtspCamera*>(data);
  if (!is_video(caps)) return FALSE;
  if (!chain_for(encoding_name(caps), self->settings_.codec)) {
    self->on_fault_({FaultKind::refused, wrong_codec(encoding_name(caps), self->settings_.codec)});
    return FALSE;
  }
  return self->video_selected_.exchange(true) ? FALSE : TRUE;
}

void RtspCamera::on_pad_added(GstElement*, GstPad* pad, gpointer data) {
  auto caps = Ref<GstCaps>::adopt(gst_pad_get_current_caps(pad));
  if (!caps) caps = Ref<GstCaps>::adopt(gst_pad_query_caps(pad, nullptr));
  if (caps && is_video(caps.get())) static_cast<RtspCamera*>(data)->take(pad, caps.get());
}

void RtspCamera::take(GstPad* pad, GstCaps* caps) {
  auto chain = chain_for(encoding_name(caps), settings_.codec);
  if (!chain) return on_fault_({FaultKind::refused, wrong_codec(encoding_name(caps), settings_.codec)});
  if (auto done = finish_with(*chain, pad); !done) on_fault_({FaultKind::internal, done.error().message});
}

Result<void> RtspCamera::finish_with(const std::string& chain, GstPad* pad) {
  auto bin = pipeline_.add_chain(chain.c_str());
  if (!bin) return fail(bin);
  auto sink = pipeline_.named("sink");
  connect(GST_APP_SINK(sink.get()), track_, pipeline_);
  if (settings_.codec == VideoCodec::vp8) {
    auto input = Ref<GstPad>::adopt(gst_element_get_static_pad(sink.get(), "sink"));
    track_.on_keyframe_request([input] {
      gst_pad_push_event(input.get(),
                         gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
    });
  }
  gst_element_sync_state_with_parent(bin->get());
  auto entry = Ref<GstPad>::adopt(gst_element_get_static_pad(bin->get(), "sink"));
  if (GST_PAD_LINK_SUCCESSFUL(gst_pad_link(pad, entry.get()))) return {};
  return fail(Errc::internal, "the camera's stream does not fit its decoder");
}

void RtspCamera::handle(GstMessage* message) {
  // A live camera has no end: EOS is how rtspsrc reports a closed connection.
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
    on_fault_({FaultKind::lost, "camera closed the connection"});
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    on_fault_(error_fault(message, settings_.url, !settings_.user.empty()));
  }
}

}  // namespace

Result<std::unique_ptr<Source>> make_camera(const CameraSettings& settings, Track& track,
                                            FaultHandler on_fault) {
  auto camera = std::make_unique<RtspCamera>(settings, track, std::move(on_fault));
  if (auto built = camera->build(); !built) return fail(built);
  return camera;
}

}  // namespace classcast::pipelines
