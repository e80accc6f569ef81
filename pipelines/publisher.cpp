// SPDX-License-Identifier: MIT
#include "pipelines/publisher.hpp"

#include <fmt/format.h>
#include <gst/video/video.h>
#define GST_USE_UNSTABLE_API
#include "base/random.hpp"
#include "pipelines/answer_check.hpp"
#include "pipelines/fixed_caps.hpp"

#include <gst/webrtc/webrtc.h>

#include <atomic>
#include <utility>

namespace classcast::pipelines {

namespace {

// Replayed frames lie up to a second before the session; running time must not become negative.
constexpr Duration kLead = 10s;
// Below the 1,500 bytes of Ethernet with room for SRTP, DTLS, IPv6 and a tunnel's header.
constexpr int kMtu = 1200;

constexpr const char* kAppSrc = "appsrc is-live=true format=time block=false emit-signals=false max-bytes=0";

std::string video_caps(VideoCodec codec, std::uint32_t ssrc) {
  auto format =
      codec == VideoCodec::vp8
          ? std::string("encoding-name=VP8")
          : std::string("encoding-name=H264,packetization-mode=(string)1,profile-level-id=(string)42e01f");
  return fmt::format("application/x-rtp,media=video,{},clock-rate=90000,payload={},ssrc=(uint){}", format,
                     kVideoPayloadType, ssrc);
}

std::string audio_caps(std::uint32_t ssrc) {
  return fmt::format(
      "application/"
      "x-rtp,media=audio,encoding-name=OPUS,encoding-params=(string)2,clock-rate=48000,payload={},"
      "ssrc=(uint){}",
      kAudioPayloadType, ssrc);
}

std::string video_chain(VideoCodec codec, std::uint32_t ssrc) {
  auto payloader =
      codec == VideoCodec::vp8
          ? fmt::format("rtpvp8pay picture-id-mode=15-bit pt={} ssrc={} mtu={}", kVideoPayloadType, ssrc,
                        kMtu)
          : fmt::format("rtph264pay config-interval=-1 aggregate-mode=zero-latency pt={} ssrc={} mtu={}",
                        kVideoPayloadType, ssrc, kMtu);
  return fmt::format("{} name=video ! {}", kAppSrc, payloader);
}

std::string audio_chain(std::uint32_t ssrc) {
  return fmt::format("{} name=audio ! rtpopuspay pt={} ssrc={} mtu={}", kAppSrc, kAudioPayloadType, ssrc,
                     kMtu);
}

/// RFC 7728 §9.1. webrtcbin 1.22 writes the feedback that it knows itself and no other.
std::string with_pause(std::string sdp) {
  const auto format = sdp.find(fmt::format("\na=rtpmap:{} ", kVideoPayloadType));
  const auto end = format == std::string::npos ? format : sdp.find('\n', format + 1);
  if (end != std::string::npos)
    sdp.insert(end + 1, fmt::format("a=rtcp-fb:{} ccm pause\r\n", kVideoPayloadType));
  return sdp;
}

}  // namespace

struct Publisher::Session {
  explicit Session(PublisherEvents handlers)
      : events(std::move(handlers)), pipeline([this](GstMessage* message) { handle(message); }) {}

  void handle(GstMessage* message) const {
    if (signalling) signalling->handle(message, "the uplink's graph");
  }
  [[nodiscard]] GstElement* webrtc() const { return signalling->webrtc(); }

  const PublisherEvents events;
  std::atomic<std::uint64_t> packets = 0;
  std::atomic<std::uint64_t> bytes = 0;
  Pipeline pipeline;
  std::shared_ptr<Signalling> signalling;
  std::shared_ptr<RtcpFeedback> rtcp;
};

using Session = Publisher::Session;

namespace {

// Pads keep callbacks longer than a session may live, so each holds the session weakly.
using WeakSession = std::weak_ptr<Session>;

void free_weak(gpointer data) {
  delete static_cast<WeakSession*>(data);
}
std::shared_ptr<Session> session_of(gpointer data) {
  return static_cast<WeakSession*>(data)->lock();
}

/// RFC 3550 §5.1.
std::uint16_t sequence_of(GstBuffer* packet) {
  std::uint8_t bytes[2] = {};
  gst_buffer_extract(packet, 2, bytes, sizeof bytes);
  return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

/// Counts RTP packets where they enter webrtcbin, which takes them only while it is connected.
GstPadProbeReturn count_packets(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto session = session_of(data);
  if (!session) return GST_PAD_PROBE_OK;
  if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0) {
    auto* list = GST_PAD_PROBE_INFO_BUFFER_LIST(info);
    session->packets += gst_buffer_list_length(list);
    session->bytes += gst_buffer_list_calculate_size(list);
  } else {
    session->packets += 1;
    session->bytes += gst_buffer_get_size(GST_PAD_PROBE_INFO_BUFFER(info));
  }
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn note_sequence(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto session = session_of(data);
  auto* packet = GST_PAD_PROBE_INFO_BUFFER(info);
  if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0) {
    auto* list = GST_PAD_PROBE_INFO_BUFFER_LIST(info);
    packet = gst_buffer_list_get(list, gst_buffer_list_length(list) - 1);
  }
  if (session && packet != nullptr) session->rtcp->note_sent(sequence_of(packet));
  return GST_PAD_PROBE_OK;
}

/// RTCP PLI and FIR reach the payloader as an upstream force-key-unit event.
GstPadProbeReturn watch_keyframe_requests(GstPad*, GstPadProbeInfo* info, gpointer data) {
  if (gst_video_event_is_force_key_unit(GST_PAD_PROBE_INFO_EVENT(info)) == 0) return GST_PAD_PROBE_OK;
  if (auto session = session_of(data)) session->events.keyframe_request();
  return GST_PAD_PROBE_DROP;
}

void add_probe(GstPad* pad, int mask, GstPadProbeCallback callback, const std::shared_ptr<Session>& session) {
  gst_pad_add_probe(pad, static_cast<GstPadProbeType>(mask), callback, new WeakSession(session), free_weak);
}

void set_up_transceiver(GstPad* pad, MediaKind kind, const std::string& caps) {
  GstWebRTCRTPTransceiver* transceiver = nullptr;
  g_object_get(pad, "transceiver", &transceiver, nullptr);
  if (transceiver == nullptr) return;
  const auto preferences = Ref<GstCaps>::adopt(gst_caps_from_string(caps.c_str()));
  // With preferences an m-line is offered before the source has sent its first frame.
  g_object_set(transceiver, "direction", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY, "codec-preferences",
               preferences.get(), nullptr);
  if (kind == MediaKind::video) g_object_set(transceiver, "do-nack", TRUE, nullptr);
  gst_object_unref(transceiver);
}

/// The pad on which its RTP packets leave.
Result<Ref<GstPad>> add_track(const std::shared_ptr<Session>& session, MediaKind kind,
                              const std::string& chain, const std::string& caps) {
  auto bin = session->pipeline.add_chain(chain.c_str());
  if (!bin) return fail(bin);
  auto output = Ref<GstPad>::adopt(gst_element_get_static_pad(bin->get(), "src"));
  auto input = Ref<GstPad>::adopt(gst_element_request_pad_simple(session->webrtc(), "sink_%u"));
  if (!input || gst_pad_link(output.get(), input.get()) != GST_PAD_LINK_OK) {
    return fail(Errc::internal, "webrtcbin takes no further track");
  }
  const auto packets =
      Ref<GstPad>::adopt(gst_ghost_pad_get_target(reinterpret_cast<GstGhostPad*>(output.get())));
  fix_caps(packets.get(), caps);
  set_up_transceiver(input.get(), kind, caps);
  add_probe(output.get(), GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, count_packets, session);
  if (kind == MediaKind::video) {
    add_probe(output.get(), GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, watch_keyframe_requests, session);
  }
  return output;
}

void watch_sequence(const std::shared_ptr<Session>& session, const Ref<GstPad>& output) {
  add_probe(output.get(), GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, note_sequence, session);
}

/// Sender Reports on the monotonic clock: sound and picture stay together when the computer's clock is set.
void set_up_rtp(GstElement* webrtc) {
  constexpr int kClockTime = 3;  // GstRtpNtpTimeSource, which has no header
  auto bin = Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(webrtc), "rtpbin"));
  if (bin) g_object_set(bin.get(), "ntp-time-source", kClockTime, nullptr);
}

SignallingEvents signalling_events(const std::shared_ptr<Session>& session, bool pausable) {
  const auto& events = session->events;
  SignallingEvents made;
  made.offer = [pausable, offer = events.offer](std::string sdp) {
    offer(pausable ? with_pause(std::move(sdp)) : std::move(sdp));
  };
  made.link = [weak = WeakSession(session)](LinkState state) {
    auto self = weak.lock();
    if (!self) return;
    if (self->rtcp) self->rtcp->listen(self->webrtc());
    self->events.link(state);
  };
  made.fault = events.fault;
  return made;
}

Result<void> build(const std::shared_ptr<Session>& session, const PublisherSettings& settings) {
  auto signalling =
      Signalling::create(session->pipeline, settings.loopback, signalling_events(session, settings.pausable));
  if (!signalling) return fail(signalling);
  session->signalling = std::move(*signalling);
  g_object_set(session->webrtc(), "latency", 0U, nullptr);
  set_up_rtp(session->webrtc());
  if (settings.video) {
    auto ssrc = random_u32();
    auto caps = video_caps(*settings.video, ssrc);
    auto added = add_track(session, MediaKind::video, video_chain(*settings.video, ssrc), caps);
    if (!added) return fail(added);
    session->rtcp = std::make_shared<RtcpFeedback>(ssrc, settings.pausable ? session->events.pause : nullptr);
    if (settings.pausable) watch_sequence(session, *added);
  }
  if (settings.audio) {
    auto ssrc = random_u32();
    if (auto added = add_track(session, MediaKind::audio, audio_chain(ssrc), audio_caps(ssrc)); !added)
      return fail(added);
    if (!session->rtcp) session->rtcp = std::make_shared<RtcpFeedback>(ssrc, nullptr);
  }
  return {};
}

}  // namespace

Publisher::Publisher(std::shared_ptr<Session> session) : session_(std::move(session)) {}

Publisher::~Publisher() {
  session_->pipeline.stop();
}

Result<std::unique_ptr<Publisher>> Publisher::create(const PublisherSettings& settings,
                                                     PublisherEvents events) {
  auto session = std::make_shared<Session>(std::move(events));
  if (auto built = build(session, settings); !built) return fail(built);
  return std::unique_ptr<Publisher>(new Publisher(std::move(session)));
}

Result<void> Publisher::start() {
  session_->pipeline.start_with_lead(kLead);
  if (auto playing = session_->pipeline.play(); !playing) return playing;
  session_->signalling->start();
  return {};
}

Result<void> Publisher::accept(const std::string& answer, const std::vector<IceServer>& servers) {
  return session_->signalling->accept(answer, servers);
}

Ref<GstAppSrc> Publisher::video_input() const {
  return Ref<GstAppSrc>::adopt(reinterpret_cast<GstAppSrc*>(session_->pipeline.named("video").release()));
}

Ref<GstAppSrc> Publisher::audio_input() const {
  return Ref<GstAppSrc>::adopt(reinterpret_cast<GstAppSrc*>(session_->pipeline.named("audio").release()));
}

Instant Publisher::base_time() const {
  return session_->pipeline.base_time();
}

PublisherStats Publisher::stats() const {
  return {session_->packets.load(), session_->bytes.load(),
          session_->rtcp ? session_->rtcp->figures() : LinkFigures()};
}

std::uint64_t Publisher::reports() const {
  return session_->rtcp ? session_->rtcp->reports() : 0;
}

}  // namespace classcast::pipelines
