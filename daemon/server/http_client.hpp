// SPDX-License-Identifier: MIT
// HttpClient: asks the relay. Every fetch has a deadline and a limit on the answer's size.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "glib/ref.hpp"

#include <libsoup/soup.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace classcast::server {

struct ClientAnswer;

struct ClientRequest {
  std::string method;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Duration timeout = 10s;
  std::size_t max_answer_bytes = 256 * 1024;
  /// For an answer that is text/event-stream, and so has neither end nor deadline: called with its head (and
  /// no text), then with every piece of text. False gives it up.
  std::function<bool(const ClientAnswer& head, std::string_view text)> on_events = {};
};

struct ClientAnswer {
  int status = 0;
  /// In the answer's order; a name may come more than once.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// A fetch under way; destroying it cancels it and the callback never comes.
class Fetch;

class HttpClient {
 public:
  using Done = std::function<void(Result<ClientAnswer>)>;

  HttpClient();
  /// Errc::timeout, Errc::unavailable (no connection), Errc::exhausted (answer too large), Errc::invalid
  /// (URL). `done` is called exactly once, never from within fetch(), unless the handle dies first.
  [[nodiscard]] std::shared_ptr<Fetch> fetch(ClientRequest request, Done done);

 private:
  glib::Ref<SoupSession> session_;
};

}  // namespace classcast::server
