// SPDX-License-Identifier: MIT
// HTTP requests and replies as values, so that the end points can be tested without a server.
#pragma once

#include "relay/refusal.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace classcast::relay {

/// Bodies above this are refused with 413.
inline constexpr std::size_t kMaxBodyBytes = 64 * 1024;

struct HttpRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  bool body_too_large = false;
  std::string remote_ip;
  bool from_this_machine = false;
  std::string query;  ///< without "?", still percent-encoded

  [[nodiscard]] std::optional<std::string_view> header(const std::string& name) const;
  /// The media type of the body, in lower case and without parameters.
  [[nodiscard]] std::string content_type() const;
};

/// The body of a reply that has no end of its own; text goes out as it comes.
class EventStream {
 public:
  /// Text waiting for a client that does not read; more closes the stream.
  static constexpr std::size_t kMaxWaiting = 64 * 1024;

  virtual ~EventStream() = default;
  virtual void send(std::string_view text) = 0;
  virtual void close() = 0;
  /// By either side.
  [[nodiscard]] virtual bool closed() const = 0;
};

struct HttpReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type;
  std::string body;
  /// Instead of a body: called once with the stream that is the body.
  std::function<void(std::shared_ptr<EventStream>)> on_stream = {};

  HttpReply& with(std::string name, std::string value);
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

/// Called exactly once, perhaps later, on the main thread.
using Respond = std::function<void(HttpReply)>;

HttpReply problem_reply(const Refusal& refusal);

}  // namespace classcast::relay
