// SPDX-License-Identifier: MIT
#include "recorder/server_channel.hpp"

#include "base/strings.hpp"
#include "glib/log.hpp"
#include "glib/tcp_connection.hpp"
#include "recorder/files.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace classcast::recorder {

namespace {

// Reports that nobody acknowledges for this long mean that the server or the network is gone (tcp(7)).
constexpr Duration kUserTimeout = 8s;

}  // namespace

struct ServerChannel::Pending {
  glib::Ref<SoupMessage> message;
  std::function<void(SoupMessage*, SoupWebsocketConnection*, const GError*)> done;
};

ServerChannel::ServerChannel(const Settings& settings, std::string files_url)
    : settings_(settings),
      files_url_(std::move(files_url)),
      session_(glib::Ref<SoupSession>::adopt(
          soup_session_new_with_options("timeout", 10, "user-agent", "classcast-recorder", nullptr))) {
  soup_session_set_proxy_resolver(session_.get(), nullptr);
}

ServerChannel::~ServerChannel() {
  close();
}

void ServerChannel::connect() {
  constexpr std::size_t kMaxCredential = 1024;
  auto credential = read_text(settings_.credential_file, kMaxCredential);
  if (!credential) return lost(fmt::format("no credential: {}", credential.error().message));
  if (!settings_.ca_file.empty()) {
    // Read anew: the server makes its certificate at its first start.
    auto anchors =
        glib::Ref<GTlsDatabase>::adopt(g_tls_file_database_new(settings_.ca_file.c_str(), nullptr));
    if (!anchors) return lost(fmt::format("cannot read {}", settings_.ca_file));
    soup_session_set_tls_database(session_.get(), anchors.get());
  }
  auto message =
      glib::Ref<SoupMessage>::adopt(soup_message_new("GET", (settings_.server_url + "/recorder").c_str()));
  if (!message) return lost("[server] url is not a URL");
  soup_message_headers_replace(soup_message_get_request_headers(message.get()), "Authorization",
                               ("Bearer " + std::string(trim(*credential))).c_str());
  const char* protocols[] = {protocol::kRecorderSubprotocol, nullptr};
  auto done = [this](SoupMessage* request, SoupWebsocketConnection* socket, const GError* error) {
    if (socket != nullptr) return opened(glib::Ref<SoupWebsocketConnection>::retain(socket));
    if (soup_message_get_status(request) == SOUP_STATUS_UNAUTHORIZED)
      return lost("the server does not know this recorder's credential");
    lost(fmt::format("cannot reach {}: {}", settings_.server_url, error != nullptr ? error->message : "?"));
  };
  auto* raw = message.get();
  soup_session_websocket_connect_async(session_.get(), raw, nullptr, const_cast<char**>(protocols),
                                       G_PRIORITY_DEFAULT, nullptr, connected,
                                       new Pending{std::move(message), scope_.guard(done)});
}

void ServerChannel::connected(GObject* session, GAsyncResult* result, gpointer data) {
  const std::unique_ptr<Pending> pending(static_cast<Pending*>(data));
  GError* error = nullptr;
  auto socket = glib::Ref<SoupWebsocketConnection>::adopt(
      soup_session_websocket_connect_finish(SOUP_SESSION(session), result, &error));
  const glib::Unique<GError, g_error_free> owned(error);
  pending->done(pending->message.get(), socket.get(), owned.get());
}

void ServerChannel::opened(glib::Ref<SoupWebsocketConnection> socket) {
  socket_ = std::move(socket);
  soup_websocket_connection_set_max_incoming_payload_size(socket_.get(), protocol::kMaxRecorderMessageBytes);
  glib::set_user_timeout(soup_websocket_connection_get_io_stream(socket_.get()), kUserTimeout);
  message_ = {socket_.get(), "message", G_CALLBACK(on_message), this};
  closed_ = {socket_.get(), "closed", G_CALLBACK(on_closed), this};
  protocol::RecorderHello hello;
  hello.software = "classcast-recorder " CLASSCAST_VERSION;
  hello.host = g_get_host_name();
  hello.url = files_url_;
  soup_websocket_connection_send_text(socket_.get(), protocol::to_json(hello).c_str());
}

void ServerChannel::on_message(SoupWebsocketConnection*, int type, GBytes* message, gpointer self) {
  gsize size = 0;
  const auto* data = static_cast<const char*>(g_bytes_get_data(message, &size));
  if (type == SOUP_WEBSOCKET_DATA_TEXT) static_cast<ServerChannel*>(self)->receive({data, size});
}

void ServerChannel::receive(std::string_view text) {
  auto command = protocol::parse_recorder_command(text);
  if (!command) return glib::log::warning("server", "ignored a message: {}", command.error().message);
  if (const auto* welcome = std::get_if<protocol::RecorderWelcome>(&*command)) {
    greeted_ = true;
    pause_ = kFirstPause;
    said_.clear();
    glib::log::info("server", "connected to {} as {}", settings_.server_url, printable(welcome->name));
    if (on_welcome) on_welcome();
  } else if (on_jobs) {
    on_jobs(std::get<protocol::RecorderJobs>(*command), text);
  }
}

void ServerChannel::on_closed(SoupWebsocketConnection*, gpointer self) {
  static_cast<ServerChannel*>(self)->lost("the server closed the channel");
}

void ServerChannel::lost(const std::string& why) {
  close();
  if (why != said_) glib::log::warning("server", "{}; recording goes on, trying again by itself", why);
  said_ = why;
  retry_ = glib::Timer::once(pause_, [this] { connect(); });
  pause_ = std::min<Duration>(2 * pause_, kLongestPause);
}

void ServerChannel::send(const protocol::RecorderReport& report) {
  if (greeted_) soup_websocket_connection_send_text(socket_.get(), protocol::to_json(report).c_str());
}

void ServerChannel::close() {
  message_.disconnect();
  closed_.disconnect();
  greeted_ = false;
  if (socket_ && soup_websocket_connection_get_state(socket_.get()) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close(socket_.get(), SOUP_WEBSOCKET_CLOSE_GOING_AWAY, nullptr);
  socket_.reset();
}

}  // namespace classcast::recorder
