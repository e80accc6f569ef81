// SPDX-License-Identifier: MIT
// HTTP to the server (libsoup): one session with its trust anchor, and requests with small bodies.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "glib/ref.hpp"

#include <libsoup/soup.h>

#include <functional>
#include <optional>
#include <string>

namespace classcast::device {

using glib::Ref;

/// Whom to believe that it is the server. Settings have been checked before.
struct ServerTrust {
  std::string ca_file;     ///< trust anchor; empty means the system's
  std::string pin_sha256;  ///< when given, this key alone decides (glib/public_key_pin.hpp)
};
Ref<SoupSession> make_session(const ServerTrust& trust);

struct HttpRequest {
  std::string method;
  std::string url;
  Secret token;  ///< empty: no Authorization header
  std::string content_type;
  std::string body;
};

struct HttpAnswer {
  unsigned status = 0;  ///< 0: no answer; `error` says why
  std::string error;
  std::string location;  ///< resolved against the request's URL
  std::string link;      ///< all of its Link headers (RFC 8288)
  std::string body;
  std::optional<Duration> retry_after;
  std::optional<std::int64_t> date;  ///< the server's clock, Unix seconds
};

/// Answers on the main thread, always; a body over 64 KiB counts as no answer.
void send(SoupSession* session, const HttpRequest& request, std::function<void(HttpAnswer)> answer);

/// Words for a GError of a connection, e.g. when the certificate is not trusted.
std::string connection_error(const GError* error);

}  // namespace classcast::device
