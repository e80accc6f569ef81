// SPDX-License-Identifier: MIT
#include "classroom/control_channel.hpp"

#include "base/strings.hpp"
#include "glib/log.hpp"
#include "glib/tcp_connection.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace classcast::classroom {

namespace log = glib::log;

namespace {

constexpr Backoff kReconnect{500ms, 5s};
// A credential that the server does not know will not be known a second later.
constexpr Backoff kRefused{5s, 30s};
// Heartbeats that nobody acknowledges for this long mean that the server or the network is gone (tcp(7)).
constexpr Duration kUserTimeout = 8s;

/// An address that names no interface (loopback, link-local) is taken to be there.
bool comes_from_one_of(const std::set<std::string>& own_addresses, SoupWebsocketConnection* socket) {
  auto tcp = glib::tcp_connection(soup_websocket_connection_get_io_stream(socket));
  auto local =
      Ref<GSocketAddress>::adopt(tcp ? g_socket_connection_get_local_address(tcp.get(), nullptr) : nullptr);
  if (!local || !G_IS_INET_SOCKET_ADDRESS(local.get())) return true;
  auto* address = g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(local.get()));
  if (g_inet_address_get_is_loopback(address) || g_inet_address_get_is_link_local(address)) return true;
  const glib::UniqueText text(g_inet_address_to_string(address));
  return own_addresses.contains(text.get());
}

std::string close_reason(SoupWebsocketConnection* socket) {
  auto code = soup_websocket_connection_get_close_code(socket);
  if (code == protocol::kCloseReplaced)
    return "another computer uses this device's credential and took its place";
  if (code == protocol::kCloseMalformed)
    return "the server did not understand this program; are the versions alike?";
  if (code == protocol::kCloseUnauthenticated) return "the server withdrew this device's credential";
  return "the server closed the control channel";
}

}  // namespace

struct ControlChannel::Pending {
  Ref<SoupMessage> message;
  std::function<void(SoupMessage*, SoupWebsocketConnection*, const GError*)> done;
};

ControlChannel::~ControlChannel() {
  close();
}

void ControlChannel::apply(Ref<SoupSession> session, const ServerSettings& server) {
  if (session.get() == session_.get() && server == server_) return;
  session_ = std::move(session);
  server_ = server;
  ++generation_;
  failures_ = 0;
  retry_.cancel();
  close();
  connect();
}

void ControlChannel::network_changed(const std::set<std::string>& own_addresses) {
  if (socket_ && !comes_from_one_of(own_addresses, socket_.get()))
    lost("the address of this computer's connection to the server is gone", kReconnect);
  hurry();
}

void ControlChannel::hurry() {
  if (!retry_.active()) return;
  retry_.cancel();
  failures_ = 0;
  connect();
}

void ControlChannel::connect() {
  auto message = Ref<SoupMessage>::adopt(soup_message_new("GET", (server_.url + "/agent").c_str()));
  soup_message_headers_replace(soup_message_get_request_headers(message.get()), "Authorization",
                               ("Bearer " + server_.credential.reveal()).c_str());
  const char* protocols[] = {protocol::kAgentSubprotocol, nullptr};
  auto done = [this, generation = generation_](SoupMessage* request, SoupWebsocketConnection* socket,
                                               const GError* error) {
    if (generation != generation_) return;
    if (socket != nullptr) return opened(Ref<SoupWebsocketConnection>::retain(socket));
    if (soup_message_get_status(request) == SOUP_STATUS_UNAUTHORIZED) {
      return lost("the server does not know this device's credential ([server] credential_file)", kRefused);
    }
    lost(fmt::format("cannot reach {}: {}", server_.url, device::connection_error(error)), kReconnect);
  };
  auto* raw = message.get();
  soup_session_websocket_connect_async(session_.get(), raw, nullptr, const_cast<char**>(protocols),
                                       G_PRIORITY_DEFAULT, nullptr, on_connected,
                                       new Pending{std::move(message), scope_.guard(done)});
}

void ControlChannel::on_connected(GObject* session, GAsyncResult* result, gpointer data) {
  const std::unique_ptr<Pending> pending(static_cast<Pending*>(data));
  GError* error = nullptr;
  auto socket = Ref<SoupWebsocketConnection>::adopt(
      soup_session_websocket_connect_finish(SOUP_SESSION(session), result, &error));
  const glib::Unique<GError, g_error_free> owned(error);
  pending->done(pending->message.get(), socket.get(), owned.get());
}

void ControlChannel::opened(Ref<SoupWebsocketConnection> socket) {
  socket_ = std::move(socket);
  soup_websocket_connection_set_max_incoming_payload_size(socket_.get(), protocol::kMaxAgentMessageBytes);
  glib::set_user_timeout(soup_websocket_connection_get_io_stream(socket_.get()), kUserTimeout);
  message_signal_ = {socket_.get(), "message", G_CALLBACK(on_message), this};
  closed_signal_ = {socket_.get(), "closed", G_CALLBACK(on_closed), this};
  protocol::Hello hello;
  hello.software = "classcastd " CLASSCAST_VERSION;
  hello.host = g_get_host_name();
  soup_websocket_connection_send_text(socket_.get(), protocol::to_json(hello).c_str());
}

void ControlChannel::on_message(SoupWebsocketConnection*, int type, GBytes* message, gpointer self) {
  gsize size = 0;
  const auto* data = static_cast<const char*>(g_bytes_get_data(message, &size));
  if (type == SOUP_WEBSOCKET_DATA_TEXT) static_cast<ControlChannel*>(self)->receive({data, size});
}

void ControlChannel::receive(std::string_view text) {
  auto command = protocol::parse_agent_command(text);
  if (!command) {
    auto line = filter_.admit(fmt::format("ignored a message: {}", command.error().message), now());
    if (line && command.error().code != Errc::not_found) log::warning("server", "{}", *line);
    return;
  }
  if (const auto* welcome = std::get_if<protocol::Welcome>(&*command)) {
    failures_ = 0;
    welcomed_ = now();
    auto line =
        filter_.admit(fmt::format("connected to {} as {}", server_.url, printable(welcome->room)), now());
    if (line) log::info("server", "{}", *line);
    handlers_.welcome(*welcome);
  }
  if (const auto* grant = std::get_if<protocol::Grant>(&*command)) handlers_.grant(*grant);
  if (const auto* asked = std::get_if<protocol::Command>(&*command)) handlers_.command(*asked);
}

void ControlChannel::on_closed(SoupWebsocketConnection* socket, gpointer self) {
  auto* channel = static_cast<ControlChannel*>(self);
  const auto code = soup_websocket_connection_get_close_code(socket);
  const bool refused = code == protocol::kCloseReplaced || code == protocol::kCloseUnauthenticated;
  channel->lost(close_reason(socket), refused ? kRefused : kReconnect);
}

void ControlChannel::lost(const std::string& why, const Backoff& backoff) {
  close();
  if (auto since = std::exchange(welcomed_, std::nullopt)) filter_.fails_after(now() - *since);
  auto line = filter_.admit(why, now());
  if (line) log::warning("server", "{}; media go on, trying again by itself", *line);
  retry_ = glib::Timer::once(backoff.delay(++failures_, random_chance()), [this] { connect(); });
}

void ControlChannel::send(const protocol::Heartbeat& heartbeat) {
  if (socket_) soup_websocket_connection_send_text(socket_.get(), protocol::to_json(heartbeat).c_str());
}

void ControlChannel::send(const protocol::CommandResult& result) {
  if (socket_) soup_websocket_connection_send_text(socket_.get(), protocol::to_json(result).c_str());
}

void ControlChannel::send_still(Bytes jpeg) {
  if (socket_) soup_websocket_connection_send_binary(socket_.get(), jpeg.data(), jpeg.size());
}

void ControlChannel::close() {
  message_signal_.disconnect();
  closed_signal_.disconnect();
  if (socket_ && soup_websocket_connection_get_state(socket_.get()) == SOUP_WEBSOCKET_STATE_OPEN) {
    soup_websocket_connection_close(socket_.get(), SOUP_WEBSOCKET_CLOSE_GOING_AWAY, nullptr);
  }
  socket_.reset();
}

}  // namespace classcast::classroom
