// SPDX-License-Identifier: MIT
// Exchange: one HTTP request and the answer that is owed to it. The answer may come later; an exchange that
// dies without one answers 500.
#pragma once

#include "base/result.hpp"
#include "glib/ref.hpp"
#include "glib/signal.hpp"
#include "protocol/problem.hpp"
#include "server/router.hpp"
#include "server/websocket.hpp"
#include "store/sessions.hpp"

#include <libsoup/soup.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace classcast::server {

struct Response {
  int status = 200;
  std::string content_type;
  std::string body;
  /// Instead of `body`, for content that is kept in memory.
  glib::Ref<GBytes> shared_body;
  std::vector<std::pair<std::string, std::string>> headers;
};

class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  using OnUpgraded = std::function<void(std::unique_ptr<WebSocket>)>;
  using SocketOf = std::function<glib::Ref<GSocket>(GSocketAddress*)>;

  Exchange(SoupServerMessage* message, SocketOf socket_of);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange();

  [[nodiscard]] std::string_view method() const;
  /// Decoded.
  [[nodiscard]] std::string_view path() const;
  /// As it was sent, with the query: what a proxy passes on.
  [[nodiscard]] std::string target() const;
  /// Empty when it is missing.
  [[nodiscard]] std::string_view header(const char* name) const;
  [[nodiscard]] std::string_view body() const;
  /// The caller's address without its port; behind a trusted proxy, what that proxy says.
  [[nodiscard]] std::string remote() const;
  /// From a program on this machine; what a reverse proxy here hands on is not.
  [[nodiscard]] bool from_loopback() const;
  [[nodiscard]] std::string parameter(std::string_view name) const;
  /// A member of the query, decoded; nullopt when it is not there or not UTF-8.
  [[nodiscard]] std::optional<std::string> query(const char* name) const;
  /// The media type without its parameters, in lower case.
  [[nodiscard]] std::string content_type() const;
  /// The credential of `Authorization: Bearer` (RFC 6750 §2.1); empty when there is none.
  [[nodiscard]] std::string_view bearer() const;

  void set_caller(std::string address) { caller_ = std::move(address); }
  /// All X-Forwarded-For headers as one; empty when there is none.
  [[nodiscard]] std::string_view forwarded_for() const;
  void set_parameters(PathParameters parameters) { parameters_ = std::move(parameters); }
  void set_session(const store::Session& session) { session_ = session; }
  /// Set for every route that needs somebody to be signed in.
  [[nodiscard]] const std::optional<store::Session>& session() const { return session_; }

  /// The caller has left without waiting for the answer.
  [[nodiscard]] bool hung_up() const;

  /// Only the first answer counts; none is sent when the caller has hung up.
  void answer(Response response);
  /// An answer without an end of its own: its head, then text as it comes, then its end. False when the
  /// caller has hung up or does not read.
  bool begin(Response response, std::optional<std::int64_t> length = std::nullopt);
  bool more(std::string_view text);
  void end();
  /// Of such an answer: all that was given has been sent; the caller has hung up.
  std::function<void()> on_drained;
  std::function<void()> on_gone;
  void json(int status, std::string body);
  void problem(protocol::ErrorId id, std::string_view detail,
               std::vector<std::pair<std::string, std::string>> headers = {});
  void problem(const Error& error);
  /// Turns the connection into a WebSocket. Answers 400 when the request is no handshake (RFC 6455 §4.2.1).
  void upgrade(const char* subprotocol, std::size_t max_message_bytes, OnUpgraded done);

  [[nodiscard]] SoupServerMessage* message() const { return message_.get(); }
  /// The body exceeded the limit while it was being read.
  bool too_large = false;

 private:
  static void finished(SoupServerMessage* message, gpointer self);
  static void wrote_chunk(SoupServerMessage* message, gpointer self);
  static void wrote_upgrade(SoupServerMessage* message, gpointer self);
  void resume();

  glib::Ref<SoupServerMessage> message_;
  SocketOf socket_of_;
  std::string caller_;
  PathParameters parameters_;
  std::optional<store::Session> session_;
  OnUpgraded on_upgraded_;
  std::size_t max_message_bytes_ = 0;
  std::shared_ptr<Exchange> until_upgraded_;
  glib::SignalConnection finished_;
  glib::SignalConnection upgraded_;
  glib::SignalConnection wrote_;
  std::size_t waiting_ = 0;  // pieces of text that have not been written yet
  bool answered_ = false;
  bool paused_ = false;
  bool gone_ = false;

  friend class HttpServer;
};

}  // namespace classcast::server
