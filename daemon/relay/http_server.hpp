// SPDX-License-Identifier: MIT
// HttpServer: libsoup's server behind HttpRequest and HttpReply.
#pragma once

#include "base/result.hpp"
#include "glib/ref.hpp"
#include "relay/http_message.hpp"
#include "rtc/address.hpp"

#include <libsoup/soup.h>

#include <functional>

namespace classcast::relay {

class HttpServer {
 public:
  using Handler = std::function<void(const HttpRequest&, Respond)>;

  explicit HttpServer(Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Errc::unavailable when the port is taken. Returns the port, which the kernel chose if 0 was asked for.
  Result<std::uint16_t> listen(const rtc::Address& address);

 private:
  static void on_headers(SoupServer* server, SoupServerMessage* message, const char* path, GHashTable* query,
                         gpointer self);
  static void on_request(SoupServer* server, SoupServerMessage* message, const char* path, GHashTable* query,
                         gpointer self);

  static gboolean on_connection(GSocketService* service, GSocketConnection* connection, GObject* source,
                                gpointer self);

  Handler handler_;
  glib::Ref<SoupServer> server_;
  glib::Ref<GSocketService> listener_;
};

}  // namespace classcast::relay
