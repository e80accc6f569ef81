// SPDX-License-Identifier: MIT
#include "ctl/certificate.hpp"

#include "base/strings.hpp"
#include "glib/public_key_pin.hpp"
#include "glib/ref.hpp"

#include <gio/gio.h>

namespace classcast::ctl {

namespace {

using glib::Ref;

constexpr guint kTimeoutSeconds = 5;
constexpr std::uint16_t kHttpsPort = 443;

gboolean accept_any(GTlsConnection*, GTlsCertificate*, GTlsCertificateFlags, gpointer found) {
  static_cast<ServerCertificate*>(found)->vouched = false;
  return TRUE;
}

/// GTlsConnection asks about a certificate only when it does not trust it.
void on_event(GSocketClient*, GSocketClientEvent event, GSocketConnectable*, GIOStream* connection,
              gpointer found) {
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_signal_connect(connection, "accept-certificate", G_CALLBACK(accept_any), found);
}

Ref<GTlsCertificate> peer_of(GSocketConnection* connection) {
  auto* inner = g_tcp_wrapper_connection_get_base_io_stream(G_TCP_WRAPPER_CONNECTION(connection));
  return Ref<GTlsCertificate>::retain(g_tls_connection_get_peer_certificate(G_TLS_CONNECTION(inner)));
}

}  // namespace

Result<ServerCertificate> fetch_certificate(const device::Url& url) {
  ServerCertificate found;
  found.vouched = true;
  auto client = Ref<GSocketClient>::adopt(g_socket_client_new());
  g_socket_client_set_timeout(client.get(), kTimeoutSeconds);
  g_socket_client_set_enable_proxy(client.get(), FALSE);
  g_socket_client_set_tls(client.get(), TRUE);
  g_signal_connect(client.get(), "event", G_CALLBACK(on_event), &found);
  glib::GErrorSlot error;
  auto connection = Ref<GSocketConnection>::adopt(g_socket_client_connect_to_host(
      client.get(), url.host.c_str(), url.port.value_or(kHttpsPort), nullptr, error.out()));
  if (!connection) return fail(Errc::unavailable, "{}", printable(error.text()));
  auto certificate = peer_of(connection.get());
  if (!certificate) return fail(Errc::unavailable, "it shows no certificate");
  found.pin = glib::public_key_pin(certificate.get());
  const glib::Unique<GDateTime, g_date_time_unref> end(
      g_tls_certificate_get_not_valid_after(certificate.get()));
  if (end) found.expires = g_date_time_to_unix(end.get());
  return found;
}

}  // namespace classcast::ctl
