// SPDX-License-Identifier: MIT
#include "pipelines/receive.hpp"

#include <fmt/format.h>
#include <gst/rtp/gstrtpbuffer.h>
#include <gst/video/video.h>
#define GST_USE_UNSTABLE_API
#include "pipelines/answer_check.hpp"
#include "pipelines/arrival.hpp"
#include "pipelines/missing.hpp"

#include <gst/webrtc/webrtc.h>

#include <mutex>
#include <string_view>
#include <utility>

namespace classcast::pipelines {

namespace {

// How long a missing packet is waited for. Only what is stored is received here: pictures are not late for it
// unless one is missing, and a computer too busy to look for a moment must not count as a loss. A track's
// first packet waits as long too.
constexpr guint kReorderMs = 1000;

std::string receive_caps(MediaKind kind) {
  if (kind == MediaKind::video) {
    return fmt::format(
        "application/x-rtp,media=video,encoding-name=H264,packetization-mode=(string)1,"
        "profile-level-id=(string)42e01f,clock-rate=90000,payload={}",
        kVideoPayloadType);
  }
  return fmt::format(
      "application/"
      "x-rtp,media=audio,encoding-name=OPUS,encoding-params=(string)2,clock-rate=48000,payload={}",
      kAudioPayloadType);
}

}  // namespace

struct Subscriber::Session : std::enable_shared_from_this<Subscriber::Session> {
  explicit Session(SubscriberEvents handlers)
      : events(std::move(handlers)), pipeline([this](GstMessage* message) { handle(message); }) {}

  void handle(GstMessage* message) const {
    if (signalling) signalling->handle(message, "the receiving graph");
  }
  void add_pad(GstPad* pad);

  const SubscriberEvents events;
  // Guards video_pad: GStreamer's threads set it, the owner reads it.
  std::mutex mutex;
  Ref<GstPad> video_pad;
  Pipeline pipeline;
  std::shared_ptr<Signalling> signalling;
};

namespace {

using Subscription = Subscriber::Session;
// webrtcbin keeps its callback longer than a session may live, so that one holds the session weakly.
using WeakSubscription = std::weak_ptr<Subscription>;

void free_subscription(gpointer data) {
  delete static_cast<WeakSubscription*>(data);
}
void free_subscription_closure(gpointer data, GClosure*) {
  free_subscription(data);
}
std::shared_ptr<Subscription> subscription_of(gpointer data) {
  return static_cast<WeakSubscription*>(data)->lock();
}

void on_pad_added(GstElement*, GstPad* pad, gpointer data) {
  auto session = subscription_of(data);
  if (session && GST_PAD_DIRECTION(pad) == GST_PAD_SRC) session->add_pad(pad);
}

/// The jitter buffer adds it once a sender report came.
std::optional<std::int64_t> sender_time(GstBuffer* buffer) {
  static GstCaps* const ntp = gst_caps_new_empty_simple("timestamp/x-ntp");
  const auto* meta = gst_buffer_get_reference_timestamp_meta(buffer, ntp);
  if (meta == nullptr) return std::nullopt;
  return static_cast<std::int64_t>(meta->timestamp);
}

std::optional<RtpPacket> read_packet(GstBuffer* buffer, MediaKind kind) {
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  if (gst_rtp_buffer_map(buffer, GST_MAP_READ, &rtp) == 0) return std::nullopt;
  RtpPacket packet;
  packet.kind = kind;
  packet.seq = gst_rtp_buffer_get_seq(&rtp);
  packet.timestamp = gst_rtp_buffer_get_timestamp(&rtp);
  packet.marker = gst_rtp_buffer_get_marker(&rtp) != 0;
  const auto* payload = static_cast<const std::uint8_t*>(gst_rtp_buffer_get_payload(&rtp));
  packet.payload.assign(payload, payload + gst_rtp_buffer_get_payload_len(&rtp));
  gst_rtp_buffer_unmap(&rtp);
  packet.arrival_ns = arrival_of(buffer);
  packet.sender_ns = sender_time(buffer);
  return packet;
}

struct Inlet {
  WeakSubscription session;
  MediaKind kind;
};

GstFlowReturn on_rtp(GstAppSink* sink, gpointer data) {
  auto* inlet = static_cast<Inlet*>(data);
  auto sample = Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink));
  auto session = inlet->session.lock();
  if (!session || !sample) return GST_FLOW_OK;
  auto packet = read_packet(gst_sample_get_buffer(sample.get()), inlet->kind);
  if (packet && !packet->payload.empty()) session->events.packet(std::move(*packet));
  return GST_FLOW_OK;
}

std::optional<MediaKind> kind_of(GstPad* pad) {
  auto caps = Ref<GstCaps>::adopt(gst_pad_get_current_caps(pad));
  if (!caps) return std::nullopt;
  const auto* media = gst_structure_get_string(gst_caps_get_structure(caps.get(), 0), "media");
  if (media == nullptr) return std::nullopt;
  return std::string_view(media) == "video" ? MediaKind::video : MediaKind::audio;
}

void add_receiver(GstElement* webrtc, MediaKind kind) {
  const auto caps = Ref<GstCaps>::adopt(gst_caps_from_string(receive_caps(kind).c_str()));
  GstWebRTCRTPTransceiver* transceiver = nullptr;
  g_signal_emit_by_name(webrtc, "add-transceiver", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, caps.get(),
                        &transceiver);
  if (transceiver == nullptr) return;
  if (kind == MediaKind::video) g_object_set(transceiver, "do-nack", TRUE, nullptr);
  gst_object_unref(transceiver);
}

Result<void> build_session(const std::shared_ptr<Subscription>& session, const SubscriberSettings& settings) {
  const auto& events = session->events;
  auto signalling =
      Signalling::create(session->pipeline, settings.loopback, {events.offer, events.link, events.fault});
  if (!signalling) return fail(signalling);
  session->signalling = std::move(*signalling);
  auto* element = session->signalling->webrtc();
  g_object_set(element, "latency", kReorderMs, nullptr);
  if (auto rtpbin = Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(element), "rtpbin"))) {
    g_object_set(rtpbin.get(), "add-reference-timestamp-meta", TRUE, nullptr);
    ask_for_missing(rtpbin.get());
    stamp_arrivals(rtpbin.get());
  }
  add_receiver(element, MediaKind::video);
  add_receiver(element, MediaKind::audio);
  g_signal_connect_data(element, "pad-added", G_CALLBACK(on_pad_added), new WeakSubscription(session),
                        free_subscription_closure, GConnectFlags{});
  return {};
}

}  // namespace

void Subscriber::Session::add_pad(GstPad* pad) {
  auto kind = kind_of(pad);
  auto sink = pipeline.add("appsink");
  if (!kind || !sink) return events.fault("webrtcbin hands out a track that is neither video nor audio");
  auto* appsink = reinterpret_cast<GstAppSink*>(sink->get());
  g_object_set(appsink, "sync", FALSE, "async", FALSE, nullptr);
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = on_rtp;
  gst_app_sink_set_callbacks(appsink, &callbacks, new Inlet{weak_from_this(), *kind},
                             [](gpointer data) { delete static_cast<Inlet*>(data); });
  auto input = Ref<GstPad>::adopt(gst_element_get_static_pad(sink->get(), "sink"));
  gst_element_sync_state_with_parent(sink->get());
  if (gst_pad_link(pad, input.get()) != GST_PAD_LINK_OK) events.fault("a received track cannot be read");
  if (*kind != MediaKind::video) return;
  const std::lock_guard lock(mutex);
  video_pad = Ref<GstPad>::retain(pad);
}

Subscriber::Subscriber(std::shared_ptr<Session> session) : session_(std::move(session)) {}

Subscriber::~Subscriber() {
  session_->pipeline.stop();
}

Result<std::unique_ptr<Subscriber>> Subscriber::create(const SubscriberSettings& settings,
                                                       SubscriberEvents events) {
  auto session = std::make_shared<Session>(std::move(events));
  if (auto built = build_session(session, settings); !built) return fail(built);
  return std::unique_ptr<Subscriber>(new Subscriber(std::move(session)));
}

Result<void> Subscriber::start() {
  if (auto playing = session_->pipeline.play(); !playing) return playing;
  session_->signalling->start();
  return {};
}

Result<void> Subscriber::accept(const std::string& answer) {
  return session_->signalling->accept(answer, {});
}

void Subscriber::request_keyframe() {
  Ref<GstPad> pad;
  {
    const std::lock_guard lock(session_->mutex);
    pad = session_->video_pad;
  }
  if (!pad) return;
  gst_pad_send_event(pad.get(), gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
}

}  // namespace classcast::pipelines
