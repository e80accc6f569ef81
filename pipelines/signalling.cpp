// SPDX-License-Identifier: MIT
#include "pipelines/signalling.hpp"

#include <fmt/format.h>
#include <gst/sdp/gstsdpmessage.h>
#define GST_USE_UNSTABLE_API
#include "base/strings.hpp"
#include "pipelines/answer_check.hpp"

#include <gio/gio.h>
#include <gst/webrtc/webrtc.h>
#include <nice.h>
#include <sys/socket.h>

#include <string_view>
#include <utility>

namespace classcast::pipelines {

namespace {

// webrtcbin keeps callbacks longer than a session may live, so each holds it weakly.
using WeakSignalling = std::weak_ptr<Signalling>;
using Description = glib::Unique<GstWebRTCSessionDescription, gst_webrtc_session_description_free>;

void free_weak_signalling(gpointer data) {
  delete static_cast<WeakSignalling*>(data);
}
void free_weak_closure(gpointer data, GClosure*) {
  free_weak_signalling(data);
}
std::shared_ptr<Signalling> signalling_of(gpointer data) {
  return static_cast<WeakSignalling*>(data)->lock();
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

/// Text that has been checked, or came from webrtcbin itself.
Description parsed(GstWebRTCSDPType type, const std::string& text) {
  GstSDPMessage* sdp = nullptr;
  gst_sdp_message_new_from_text(text.c_str(), &sdp);
  return Description(gst_webrtc_session_description_new(type, sdp));
}

std::string escaped(const std::string& text) {
  const glib::UniqueText out(g_uri_escape_string(text.c_str(), nullptr, FALSE));
  return out.get();
}

Ref<GObject> object_of(gpointer owner, const char* property) {
  GObject* object = nullptr;
  g_object_get(owner, property, &object, nullptr);
  return Ref<GObject>::adopt(object);
}

Ref<GObject> ice_agent_of(GstElement* webrtc) {
  const auto ice = object_of(webrtc, "ice-agent");
  return ice ? object_of(ice.get(), "agent") : Ref<GObject>();
}

/// The relay sends all pictures since the last keyframe at once, and a busy computer may not look for a
/// while: what the kernel cannot keep until then is lost. It grants at most net.core.rmem_max.
void enlarge_receive_buffers(GstElement* webrtc) {
  constexpr int kReceiveBytes = 4 << 20;
  constexpr guint kStreams = 4;  // one for each m-line at most, numbered from 1
  constexpr guint kRtp = 1;
  const auto agent = ice_agent_of(webrtc);
  if (!agent) return;
  for (guint stream = 1; stream <= kStreams; ++stream) {
    auto* sockets = nice_agent_get_sockets(NICE_AGENT(agent.get()), stream, kRtp);
    if (sockets == nullptr) continue;
    for (guint i = 0; i < sockets->len; ++i) {
      auto* socket = G_SOCKET(g_ptr_array_index(sockets, i));
      if (g_socket_get_socket_type(socket) != G_SOCKET_TYPE_DATAGRAM) continue;
      g_socket_set_option(socket, SOL_SOCKET, SO_RCVBUF, kReceiveBytes, nullptr);
    }
    g_ptr_array_unref(sockets);
  }
}

/// libnice: a peer that vanished is noticed by unanswered checks; where no UDP passes, media take the relay's
/// TCP port.
void set_up_ice(GstElement* webrtc, bool loopback) {
  const auto agent = ice_agent_of(webrtc);
  if (!agent) return;
  g_object_set(agent.get(), "keepalive-conncheck", TRUE, "upnp", FALSE, "ice-tcp", TRUE, nullptr);
  NiceAddress address;
  nice_address_init(&address);
  if (loopback && nice_address_set_from_string(&address, "127.0.0.1") != 0) {
    nice_agent_add_local_address(NICE_AGENT(agent.get()), &address);
  }
}

}  // namespace

Secret turn_url(const IceServer& server) {
  constexpr std::string_view kScheme = "turn:";
  if (!server.uri.starts_with(kScheme)) return {};
  return Secret(fmt::format("turn://{}:{}@{}", escaped(server.username), escaped(server.credential.reveal()),
                            server.uri.substr(kScheme.size())));
}

Signalling::Signalling(Ref<GstElement> webrtc, SignallingEvents events)
    : webrtc_(std::move(webrtc)), events_(std::move(events)) {}

Result<std::shared_ptr<Signalling>> Signalling::create(Pipeline& pipeline, bool loopback,
                                                       SignallingEvents events) {
  auto webrtc = pipeline.add("webrtcbin");
  if (!webrtc) return fail(webrtc);
  g_object_set(webrtc->get(), "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE, nullptr);
  set_up_ice(webrtc->get(), loopback);
  std::shared_ptr<Signalling> made(new Signalling(std::move(*webrtc), std::move(events)));
  made->connect("notify::ice-gathering-state", G_CALLBACK(on_gathering));
  made->connect("notify::connection-state", G_CALLBACK(on_connection));
  return made;
}

void Signalling::connect(const char* signal, GCallback handler) {
  g_signal_connect_data(webrtc_.get(), signal, handler, new WeakSignalling(weak_from_this()),
                        free_weak_closure, GConnectFlags{});
}

/// The sockets are there now; media come over them only after checks.
void Signalling::on_gathering(GstElement* webrtc, GParamSpec*, gpointer) {
  GstWebRTCICEGatheringState state = GST_WEBRTC_ICE_GATHERING_STATE_NEW;
  g_object_get(webrtc, "ice-gathering-state", &state, nullptr);
  if (state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE) enlarge_receive_buffers(webrtc);
}

void Signalling::on_connection(GstElement* webrtc, GParamSpec*, gpointer data) {
  GstWebRTCPeerConnectionState state = GST_WEBRTC_PEER_CONNECTION_STATE_NEW;
  g_object_get(webrtc, "connection-state", &state, nullptr);
  if (auto self = signalling_of(data)) self->events_.link(link_state(state));
}

void Signalling::start() {
  auto* promise = gst_promise_new_with_change_func(on_offer_made, new WeakSignalling(weak_from_this()),
                                                   free_weak_signalling);
  g_signal_emit_by_name(webrtc_.get(), "create-offer", nullptr, promise);
}

void Signalling::on_offer_made(GstPromise* promise, gpointer data) {
  const auto* reply = gst_promise_get_reply(promise);
  GstWebRTCSessionDescription* description = nullptr;
  if (reply != nullptr) {
    gst_structure_get(reply, "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &description, nullptr);
  }
  const Description owned(description);
  gst_promise_unref(promise);
  auto self = signalling_of(data);
  if (!self) return;
  if (!owned) return self->events_.fault("this computer cannot make a WebRTC offer");
  const glib::UniqueText text(gst_sdp_message_as_text(owned->sdp));
  self->offer_ = text.get();
  self->events_.offer(self->offer_);
}

Result<void> Signalling::accept(const std::string& answer, const std::vector<IceServer>& servers) const {
  if (auto checked = check_answer(offer_, answer); !checked) return checked;
  for (const auto& server : servers) {
    gboolean taken = FALSE;
    if (auto url = turn_url(server); !url.empty())
      g_signal_emit_by_name(webrtc_.get(), "add-turn-server", url.reveal().c_str(), &taken);
  }
  const auto ours = parsed(GST_WEBRTC_SDP_TYPE_OFFER, offer_);
  g_signal_emit_by_name(webrtc_.get(), "set-local-description", ours.get(), nullptr);
  const auto theirs = parsed(GST_WEBRTC_SDP_TYPE_ANSWER, answer);
  g_signal_emit_by_name(webrtc_.get(), "set-remote-description", theirs.get(), nullptr);
  return {};
}

void Signalling::handle(GstMessage* message, const char* graph) const {
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR) return;
  glib::GErrorSlot error;
  gst_message_parse_error(message, error.out(), nullptr);
  events_.fault(fmt::format("{} failed: {}", graph, printable(error.text())));
}

}  // namespace classcast::pipelines
