// SPDX-License-Identifier: MIT
#include "pipelines/publisher.hpp"

#include <fmt/format.h>
#include <gst/sdp/gstsdpmessage.h>
#include <gst/video/video.h>
#define GST_USE_UNSTABLE_API
#include "base/random.hpp"
#include "base/strings.hpp"
#include "pipelines/answer_check.hpp"

#include <gst/webrtc/webrtc.h>
#include <nice.h>

#include <atomic>
#include <utility>

namespace classcast::pipelines {

namespace {

// Replayed frames lie up to a second before the session; running time must not become negative.
constexpr Duration kLead = 10s;
// Below the 1,500 bytes of Ethernet with room for SRTP, DTLS, IPv6 and a tunnel's header.
constexpr int kMtu = 1200;

constexpr const char* kAppSrc = "appsrc is-live=true format=time block=false emit-signals=false max-bytes=0";

/// `capssetter` gives webrtcbin exactly the caps of the offer: the payloader's own carry the camera's
/// profile, and webrtcbin refuses to negotiate when they differ. RFC 6184 §8.1, RFC 7587 §6.1.
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

std::string video_chain(VideoCodec codec, const std::string& caps, std::uint32_t ssrc) {
  auto payloader =
      codec == VideoCodec::vp8
          ? fmt::format("rtpvp8pay picture-id-mode=15-bit pt={} ssrc={} mtu={}", kVideoPayloadType, ssrc,
                        kMtu)
          : fmt::format("rtph264pay config-interval=-1 aggregate-mode=zero-latency pt={} ssrc={} mtu={}",
                        kVideoPayloadType, ssrc, kMtu);
  return fmt::format("{} name=video ! {} ! capssetter replace=true caps=\"{}\"", kAppSrc, payloader, caps);
}

std::string audio_chain(std::uint32_t ssrc) {
  return fmt::format("{} name=audio ! rtpopuspay pt={} ssrc={} mtu={} ! capssetter replace=true caps=\"{}\"",
                     kAppSrc, kAudioPayloadType, ssrc, kMtu, audio_caps(ssrc));
}

LinkState link_state(GstWebRTCPeerConnectionState state) {
  switch (state) {
    case GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED:
      return LinkState::connected;
    case GST_WEBRTC_PEER_CONNECTION_STATE_DISCONNECTED:
      return LinkState::disconnected;
    case GST_WEBRTC_PEER_CONNECTION_STATE_FAILED:
    case GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED:
      return LinkState::failed;
    default:
      return LinkState::connecting;
  }
}

}  // namespace

struct Publisher::Session {
  explicit Session(PublisherEvents handlers)
      : events(std::move(handlers)), pipeline([this](GstMessage* message) { handle(message); }) {}

  void handle(GstMessage* message);
  void offer();

  const PublisherEvents events;
  bool pausable = false;
  std::atomic<bool> offered = false;
  std::atomic<std::uint64_t> packets = 0;
  std::atomic<std::uint64_t> bytes = 0;
  Pipeline pipeline;
  Ref<GstElement> webrtc;
  std::shared_ptr<RtcpFeedback> rtcp;
};

using Session = Publisher::Session;

namespace {

// webrtcbin keeps callbacks longer than a session may live, so each holds the session weakly.
using WeakSession = std::weak_ptr<Session>;

void free_weak(gpointer data) {
  delete static_cast<WeakSession*>(data);
}
void free_weak_closure(gpointer data, GClosure*) {
  free_weak(data);
}
std::shared_ptr<Session> session_of(gpointer data) {
  return static_cast<WeakSession*>(data)->lock();
}

void connect_signal(const std::shared_ptr<Session>& session, const char* signal, GCallback handler) {
  g_signal_connect_data(session->webrtc.get(), signal, handler, new WeakSession(session), free_weak_closure,
                        GConnectFlags{});
}

void on_gathering(GstElement* webrtc, GParamSpec*, gpointer data) {
  GstWebRTCICEGatheringState state = GST_WEBRTC_ICE_GATHERING_STATE_NEW;
  g_object_get(webrtc, "ice-gathering-state", &state, nullptr);
  auto session = session_of(data);
  if (session && state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE) session->offer();
}

void on_connection(GstElement* webrtc, GParamSpec*, gpointer data) {
  GstWebRTCPeerConnectionState state = GST_WEBRTC_PEER_CONNECTION_STATE_NEW;
  g_object_get(webrtc, "connection-state", &state, nullptr);
  auto session = session_of(data);
  if (!session) return;
  if (session->rtcp) session->rtcp->listen(webrtc);
  session->events.link(link_state(state));
}

void on_offer_made(GstPromise* promise, gpointer data) {
  const auto* reply = gst_promise_get_reply(promise);
  GstWebRTCSessionDescription* description = nullptr;
  if (reply != nullptr) {
    gst_structure_get(reply, "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &description, nullptr);
  }
  gst_promise_unref(promise);
  auto session = session_of(data);
  if (session && description != nullptr) {
    g_signal_emit_by_name(session->webrtc.get(), "set-local-description", description, nullptr);
  } else if (session) {
    session->events.fault("this computer cannot make a WebRTC offer");
  }
  if (description != nullptr) gst_webrtc_session_description_free(description);
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
  auto input = Ref<GstPad>::adopt(gst_element_request_pad_simple(session->webrtc.get(), "sink_%u"));
  if (!input || gst_pad_link(output.get(), input.get()) != GST_PAD_LINK_OK) {
    return fail(Errc::internal, "webrtcbin takes no further track");
  }
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

/// libnice: a peer that vanished is noticed by unanswered checks.
void set_up_ice(GstElement* webrtc, bool loopback) {
  GObject* ice = nullptr;
  g_object_get(webrtc, "ice-agent", &ice, nullptr);
  if (ice == nullptr) return;
  GObject* agent = nullptr;
  g_object_get(ice, "agent", &agent, nullptr);
  if (agent != nullptr) {
    g_object_set(agent, "keepalive-conncheck", TRUE, "upnp", FALSE, "ice-tcp", FALSE, nullptr);
    NiceAddress address;
    nice_address_init(&address);
    if (loopback && nice_address_set_from_string(&address, "127.0.0.1") != 0) {
      nice_agent_add_local_address(NICE_AGENT(agent), &address);
    }
    g_object_unref(agent);
  }
  g_object_unref(ice);
}

Result<void> build(const std::shared_ptr<Session>& session, const PublisherSettings& settings) {
  auto webrtc = session->pipeline.add("webrtcbin");
  if (!webrtc) return fail(webrtc);
  session->webrtc = *webrtc;
  g_object_set(webrtc->get(), "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE, "latency", 0U, nullptr);
  set_up_ice(webrtc->get(), settings.loopback);
  set_up_rtp(webrtc->get());
  if (settings.video) {
    auto ssrc = random_u32();
    auto caps = video_caps(*settings.video, ssrc);
    auto added = add_track(session, MediaKind::video, video_chain(*settings.video, caps, ssrc), caps);
    if (!added) return fail(added);
    session->rtcp = std::make_shared<RtcpFeedback>(ssrc, settings.pausable ? session->events.pause : nullptr);
    session->pausable = settings.pausable;
    if (settings.pausable) watch_sequence(session, *added);
  }
  if (settings.audio) {
    auto ssrc = random_u32();
    if (auto added = add_track(session, MediaKind::audio, audio_chain(ssrc), audio_caps(ssrc)); !added)
      return fail(added);
    if (!session->rtcp) session->rtcp = std::make_shared<RtcpFeedback>(ssrc, nullptr);
  }
  connect_signal(session, "notify::ice-gathering-state", G_CALLBACK(on_gathering));
  connect_signal(session, "notify::connection-state", G_CALLBACK(on_connection));
  return {};
}

std::string local_description(GstElement* webrtc) {
  GstWebRTCSessionDescription* description = nullptr;
  g_object_get(webrtc, "local-description", &description, nullptr);
  if (description == nullptr) return {};
  const glib::UniqueText text(gst_sdp_message_as_text(description->sdp));
  gst_webrtc_session_description_free(description);
  return text.get();
}

}  // namespace

namespace {

/// RFC 7728 §9.1. webrtcbin 1.22 writes the feedback that it knows itself and no other.
void add_pause(std::string& sdp) {
  const auto format = sdp.find(fmt::format("\na=rtpmap:{} ", kVideoPayloadType));
  const auto end = format == std::string::npos ? format : sdp.find('\n', format + 1);
  if (end != std::string::npos)
    sdp.insert(end + 1, fmt::format("a=rtcp-fb:{} ccm pause\r\n", kVideoPayloadType));
}

}  // namespace

void Publisher::Session::handle(GstMessage* message) {
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR) return;
  glib::GErrorSlot error;
  gst_message_parse_error(message, error.out(), nullptr);
  events.fault(fmt::format("the uplink's graph failed: {}", printable(error.text())));
}

void Publisher::Session::offer() {
  auto sdp = local_description(webrtc.get());
  if (pausable) add_pause(sdp);
  if (!sdp.empty() && !offered.exchange(true)) events.offer(std::move(sdp));
}

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
  auto* promise = gst_promise_new_with_change_func(on_offer_made, new WeakSession(session_), free_weak);
  g_signal_emit_by_name(session_->webrtc.get(), "create-offer", nullptr, promise);
  return {};
}

void Publisher::offer_now() {
  session_->offer();
}

Result<void> Publisher::accept(const std::string& answer) {
  if (auto checked = check_answer(local_description(session_->webrtc.get()), answer); !checked)
    return checked;
  GstSDPMessage* sdp = nullptr;
  gst_sdp_message_new_from_text(answer.c_str(), &sdp);
  auto* description = gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, sdp);
  g_signal_emit_by_name(session_->webrtc.get(), "set-remote-description", description, nullptr);
  gst_webrtc_session_description_free(description);
  return {};
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
