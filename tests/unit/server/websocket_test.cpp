// SPDX-License-Identifier: MIT
#include "server/websocket.hpp"

#include "glib/source.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <vector>

namespace classcast::server {
namespace {

using namespace std::chrono_literals;

glib::Ref<GSocket> socket_for(int fd) {
  auto socket = glib::Ref<GSocket>::adopt(g_socket_new_from_fd(fd, nullptr));
  g_socket_set_blocking(socket.get(), FALSE);
  return socket;
}

glib::Ref<SoupWebsocketConnection> connection_over(GSocket* socket, SoupWebsocketConnectionType type) {
  auto stream = glib::Ref<GSocketConnection>::adopt(g_socket_connection_factory_create_connection(socket));
  glib::Unique<GUri, g_uri_unref> uri(g_uri_parse("ws://localhost/", G_URI_FLAGS_NONE, nullptr));
  return glib::Ref<SoupWebsocketConnection>::adopt(
      soup_websocket_connection_new(G_IO_STREAM(stream.get()), uri.get(), type, nullptr, nullptr, nullptr));
}

/// Two ends over a socket pair: ours, and one that reads only when it is made to.
class WebSocketPair : public testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> fds{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
    auto socket = socket_for(fds[0]);
    far_socket = socket_for(fds[1]);
    near = std::make_unique<WebSocket>(connection_over(socket.get(), SOUP_WEBSOCKET_CONNECTION_SERVER),
                                       socket, 1024);
    near->on_closed = [this] { closed = true; };
    near->on_text = [this](std::string_view text) { heard.emplace_back(text); };
  }
  void start_reading() {
    far = connection_over(far_socket.get(), SOUP_WEBSOCKET_CONNECTION_CLIENT);
    message = glib::SignalConnection(far.get(), "message", G_CALLBACK(got), this);
  }
  static void got(SoupWebsocketConnection*, int, GBytes* bytes, gpointer self) {
    gsize size = 0;
    const auto* text = static_cast<const char*>(g_bytes_get_data(bytes, &size));
    static_cast<WebSocketPair*>(self)->arrived.emplace_back(text, size);
  }
  template <typename Condition>
  static bool until(Condition condition) {
    bool late = false;
    auto deadline = glib::Timer::once(10s, [&late] { late = true; });
    while (!late && !condition()) g_main_context_iteration(nullptr, TRUE);
    return condition();
  }

  glib::Ref<GSocket> far_socket;
  std::unique_ptr<WebSocket> near;
  glib::Ref<SoupWebsocketConnection> far;
  glib::SignalConnection message;
  std::vector<std::string> arrived;
  std::vector<std::string> heard;
  bool closed = false;
};

TEST_F(WebSocketPair, ReaderGetsEverythingInOrder) {
  for (std::size_t i = 0; i < WebSocket::kMaxQueuedMessages; ++i)
    near->send(std::to_string(i) + std::string(1500, ' '));
  start_reading();
  ASSERT_TRUE(until([this] { return arrived.size() == WebSocket::kMaxQueuedMessages; })) << arrived.size();
  for (std::size_t i = 0; i < arrived.size(); ++i) EXPECT_EQ(std::stoul(arrived[i]), i);
  EXPECT_TRUE(near->open());
}

TEST_F(WebSocketPair, PeerThatDoesNotReadIsCutOffWithinTheLimits) {
  const std::string text(4000, 'x');
  std::size_t sent = 0;
  // The kernel takes some hundred kilobytes, the queue its limit; then it is over.
  while (near->open() && sent < 100 * WebSocket::kMaxQueuedBytes && !closed) {
    near->send(text);
    sent += text.size();
    g_main_context_iteration(nullptr, FALSE);
  }
  ASSERT_TRUE(until([this] { return closed; }));
  EXPECT_LT(sent, WebSocket::kMaxQueuedBytes + (2U << 20));
}

TEST_F(WebSocketPair, TooLargeAndBinaryMessagesEndIt) {
  start_reading();
  soup_websocket_connection_send_text(far.get(), "hello");
  ASSERT_TRUE(until([this] { return heard.size() == 1; }));
  soup_websocket_connection_send_binary(far.get(), "x", 1);
  ASSERT_TRUE(until([this] { return closed; }));
  EXPECT_EQ(soup_websocket_connection_get_close_code(far.get()),
            static_cast<gushort>(CloseCode::unsupported));
  EXPECT_EQ(heard.size(), 1U);
}

TEST_F(WebSocketPair, MayBeDestroyedInItsLastCallback) {
  start_reading();
  near->on_closed = [this] {
    closed = true;
    near.reset();
  };
  near->close(CloseCode::going_away, "bye");
  EXPECT_TRUE(until([this] { return closed; }));
  EXPECT_EQ(soup_websocket_connection_get_close_code(far.get()), static_cast<gushort>(CloseCode::going_away));
}

TEST_F(WebSocketPair, DestroyedOneEndsTheConnection) {
  start_reading();
  near.reset();
  EXPECT_TRUE(until(
      [this] { return soup_websocket_connection_get_state(far.get()) == SOUP_WEBSOCKET_STATE_CLOSED; }));
}

}  // namespace
}  // namespace classcast::server
