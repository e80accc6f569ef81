// SPDX-License-Identifier: MIT
#include "server.hpp"

#include <fmt/format.h>

#include <string_view>

namespace classcast::camera {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr guint kSweepSeconds = 5;
constexpr const char* kRole = "viewer";
/// Frames that wait while a client has asked for the description but does not play yet: only the newest.
constexpr guint64 kWaitingFrames = 2;
/// And while it plays: a real camera loses none because this computer is busy for a while.
constexpr guint64 kPlayingFrames = 500;

std::string payloader(std::string_view codec) {
  return codec == "h264"   ? "rtph264pay name=pay0 pt=96 config-interval=-1 mtu=1400"
         : codec == "h265" ? "rtph265pay name=pay0 pt=96 config-interval=-1 mtu=1400"
                           : "rtpjpegpay name=pay0 pt=26 mtu=1400";
}

struct Sound {
  std::string_view codec;
  const char* encode;
};
// Payload types: RFC 3551 §6, else dynamic. L16 is what no classroom takes.
constexpr Sound kSounds[] = {
    {"pcma", "audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay name=pay1 pt=8"},
    {"pcmu", "audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay name=pay1 pt=0"},
    {"aac", "audio/x-raw,rate=16000,channels=1 ! avenc_aac ! rtpmp4gpay name=pay1 pt=97"},
    {"opus", "audio/x-raw,rate=48000,channels=1 ! opusenc ! rtpopuspay name=pay1 pt=97"},
    {"l16", "audio/x-raw,rate=8000,channels=1 ! rtpL16pay name=pay1 pt=97"},
};

/// A tone of 440 Hz at -15 dBFS as the second stream; empty when the camera has no microphone.
std::string sound_graph(std::string_view codec) {
  for (const auto& sound : kSounds) {
    if (codec == sound.codec) {
      return fmt::format("audiotestsrc is-live=true freq=440 volume=0.25 ! audioconvert ! audioresample ! {}",
                         sound.encode);
    }
  }
  return {};
}

std::string codec_of(const GstCaps* caps) {
  const std::string_view name = gst_structure_get_name(gst_caps_get_structure(caps, 0));
  return name == "video/x-h264" ? "h264" : name == "video/x-h265" ? "h265" : "mjpeg";
}

}  // namespace

Result<std::unique_ptr<Server>> Server::playing(Clip clip, const std::string& sound, int port,
                                                const std::optional<Login>& login) {
  std::unique_ptr<Server> server(new Server);
  server->clip_ = std::move(clip);
  server->sound_ = !sound.empty();
  const auto codec = codec_of(server->clip_.caps.get());
  const auto graph =
      fmt::format("( appsrc name=source is-live=true format=time max-bytes=0 leaky-type=downstream ! {} {} )",
                  payloader(codec), sound_graph(sound));
  if (const auto opened = server->open(graph, port, login); !opened) {
    return fail(opened);
  }
  server->schedule();
  return server;
}

Result<std::unique_ptr<Server>> Server::filming(const Picture& picture, int port,
                                                const std::optional<Login>& login) {
  std::unique_ptr<Server> server(new Server);
  server->picture_ = picture;
  const auto encode = encoder_graph(picture, "is-live=true");
  if (encode.empty()) {
    return fail(Errc::invalid, "unknown codec \"{}\"", picture.codec);
  }
  const auto graph = fmt::format("( {} ! valve name=valve ! {} )", encode, payloader(picture.codec));
  if (const auto opened = server->open(graph, port, login); !opened) {
    return fail(opened);
  }
  return server;
}

Server::~Server() {
  for (const guint id : {timer_, sweeper_, attached_}) {
    if (id != 0) {
      g_source_remove(id);
    }
  }
}

Result<void> Server::open(const std::string& graph, int port, const std::optional<Login>& login) {
  server_.reset(gst_rtsp_server_new());
  gst_rtsp_server_set_address(server_.get(), "127.0.0.1");
  gst_rtsp_server_set_service(server_.get(), std::to_string(port).c_str());

  factory_.reset(gst_rtsp_media_factory_new());
  gst_rtsp_media_factory_set_launch(factory_.get(), graph.c_str());
  // gst-rtsp-server cannot give one client the picture and another the sound of a graph that both share.
  gst_rtsp_media_factory_set_shared(factory_.get(), sound_ ? FALSE : TRUE);
  gst_rtsp_media_factory_set_latency(factory_.get(), 0);
  g_signal_connect(factory_.get(), "media-configure", G_CALLBACK(on_media), this);
  const auto greet =
      +[](GstRTSPServer*, GstRTSPClient*, gpointer) { fmt::print(stderr, "client connected\n"); };
  g_signal_connect(server_.get(), "client-connected", G_CALLBACK(greet), nullptr);
  if (login) {
    require(*login);
  }
  const Owned<GstRTSPMountPoints> mounts(gst_rtsp_server_get_mount_points(server_.get()));
  gst_rtsp_mount_points_add_factory(mounts.get(), "/live",
                                    GST_RTSP_MEDIA_FACTORY(g_object_ref(factory_.get())));
  attached_ = gst_rtsp_server_attach(server_.get(), nullptr);
  if (attached_ == 0) {
    return fail(Errc::unavailable, "cannot listen on port {}", port);
  }
  const auto sweep = +[](gpointer self) -> gboolean {
    const Owned<GstRTSPSessionPool> pool(
        gst_rtsp_server_get_session_pool(static_cast<Server*>(self)->server_.get()));
    gst_rtsp_session_pool_cleanup(pool.get());
    return G_SOURCE_CONTINUE;
  };
  sweeper_ = g_timeout_add_seconds(kSweepSeconds, sweep, this);
  return {};
}

void Server::require(const Login& login) {
  const Owned<GstRTSPAuth> auth(gst_rtsp_auth_new());
  gst_rtsp_auth_set_supported_methods(auth.get(), GST_RTSP_AUTH_DIGEST);
  auto* token = gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, kRole, nullptr);
  gst_rtsp_auth_add_digest(auth.get(), login.user.c_str(), login.password.c_str(), token);
  gst_rtsp_token_unref(token);
  gst_rtsp_server_set_auth(server_.get(), auth.get());
  gst_rtsp_media_factory_add_role(factory_.get(), kRole, GST_RTSP_PERM_MEDIA_FACTORY_ACCESS, G_TYPE_BOOLEAN,
                                  TRUE, GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, G_TYPE_BOOLEAN, TRUE, nullptr);
}

int Server::port() const {
  return gst_rtsp_server_get_bound_port(server_.get());
}

// On the client's thread: sets the new graph up, then tells the main thread, which feeds it.
void Server::on_media(GstRTSPMediaFactory*, GstRTSPMedia* media, gpointer data) {
  auto* self = static_cast<Server*>(data);
  const Owned<GstElement> bin(gst_rtsp_media_get_element(media));
  GstElement* control = nullptr;
  if (self->clip_.caps) {
    control = gst_bin_get_by_name(GST_BIN(bin.get()), "source");
    gst_app_src_set_caps(GST_APP_SRC(control), self->clip_.caps.get());
  } else {
    control = gst_bin_get_by_name(GST_BIN(bin.get()), "valve");
    stamp_frames(GST_BIN(bin.get()), self->picture_, Value::wall_clock);
  }
  const auto adopt = +[](gpointer adoption) -> gboolean {
    const std::unique_ptr<Adoption> owned(static_cast<Adoption*>(adoption));
    auto& controls = owned->server->controls_;
    if (!owned->server->sound_) controls.clear();
    controls.push_back(std::move(owned->control));
    owned->server->freeze(owned->server->frozen_);
    return G_SOURCE_REMOVE;
  };
  g_idle_add(adopt, std::make_unique<Adoption>(Adoption{self, Owned<GstElement>(control)}).release());
}

void Server::freeze(bool frozen) {
  frozen_ = frozen;
  if (clip_.caps) {
    return;
  }
  for (const auto& valve : controls_) {
    g_object_set(valve.get(), "drop", static_cast<gboolean>(frozen), nullptr);
  }
}

void Server::schedule() {
  const auto due = started_ + clip_.frame_time * next_frame_;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(due - steady_clock::now()).count();
  const auto tick = +[](gpointer self) -> gboolean {
    static_cast<Server*>(self)->push_due();
    return G_SOURCE_REMOVE;
  };
  timer_ = g_timeout_add(static_cast<guint>(std::max<std::int64_t>(wait, 0)), tick, this);
}

// The camera runs from its start on, watched or not: a client joins wherever the film is.
void Server::push_due() {
  const auto now = steady_clock::now();
  for (auto due = started_ + clip_.frame_time * next_frame_; due <= now; due += clip_.frame_time) {
    push(clip_.frames[static_cast<std::size_t>(next_frame_) % clip_.frames.size()].get(), now - due);
    ++next_frame_;
  }
  schedule();
}

void Server::push(GstBuffer* frame, nanoseconds late) {
  if (frozen_) {
    return;
  }
  // Graphs of clients that left refuse it.
  std::erase_if(controls_, [&](const auto& source) { return !push_to(source.get(), frame, late); });
}

bool Server::push_to(GstElement* source, GstBuffer* frame, nanoseconds late) const {
  const auto running = gst_element_get_current_running_time(source);
  const auto behind = static_cast<GstClockTime>(late.count());
  if (!GST_CLOCK_TIME_IS_VALID(running) || running < behind) {
    return true;
  }
  const bool playing = GST_STATE(source) == GST_STATE_PLAYING;
  gst_app_src_set_max_buffers(GST_APP_SRC(source), playing ? kPlayingFrames : kWaitingFrames);
  // A shallow copy: the bytes stay shared, only the timestamps are its own.
  auto* copy = gst_buffer_copy(frame);
  GST_BUFFER_PTS(copy) = running - behind;
  GST_BUFFER_DTS(copy) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION(copy) = static_cast<GstClockTime>(clip_.frame_time.count());
  return gst_app_src_push_buffer(GST_APP_SRC(source), copy) == GST_FLOW_OK || !sound_;
}

}  // namespace classcast::camera
