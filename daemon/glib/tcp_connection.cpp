// SPDX-License-Identifier: MIT
#include "glib/tcp_connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

namespace classcast::glib {

namespace {

/// The stream under this one; libsoup's own type and GIO's TLS name it differently.
Ref<GIOStream> stream_below(GIOStream* stream) {
  for (const char* name : {"base-iostream", "base-io-stream"}) {
    if (g_object_class_find_property(G_OBJECT_GET_CLASS(stream), name) == nullptr) continue;
    GIOStream* below = nullptr;
    g_object_get(stream, name, &below, nullptr);
    return Ref<GIOStream>::adopt(below);
  }
  return {};
}

}  // namespace

Ref<GSocketConnection> tcp_connection(GIOStream* stream) {
  auto each = Ref<GIOStream>::retain(stream);
  while (each && !G_IS_SOCKET_CONNECTION(each.get())) each = stream_below(each.get());
  return each ? Ref<GSocketConnection>::retain(G_SOCKET_CONNECTION(each.get())) : Ref<GSocketConnection>();
}

void set_user_timeout(GIOStream* stream, Duration limit) {
  auto tcp = tcp_connection(stream);
  if (!tcp) return;
  auto* socket = g_socket_connection_get_socket(tcp.get());
  g_socket_set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<gint>(to_ms(limit)), nullptr);
  g_socket_set_timeout(socket, 0);
}

}  // namespace classcast::glib
