// SPDX-License-Identifier: MIT
#include "device/address_probe.hpp"

#include "base/strings.hpp"
#include "glib/ref.hpp"

#include <fmt/format.h>
#include <gio/gio.h>

#include <memory>
#include <utility>

namespace classcast::device {

namespace {

struct Probe {
  std::string host;
  std::uint16_t port;
  std::function<void(std::string)> answer;
};

std::string reason(const GError* error, const Probe& probe) {
  if (error->domain == G_RESOLVER_ERROR) return "cannot be found: its name is unknown (DNS)";
  if (error->domain != G_IO_ERROR) return fmt::format("cannot be reached: {}", printable(error->message));
  switch (error->code) {
    case G_IO_ERROR_CONNECTION_REFUSED:
      return fmt::format("refuses connections on port {}; is it switched on and is RTSP enabled there?",
                         probe.port);
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
      return "cannot be reached: there is no network path to it";
    case G_IO_ERROR_TIMED_OUT:
      return fmt::format("does not answer on port {}; is it switched on, and is the address right?",
                         probe.port);
    default:
      return fmt::format("cannot be reached: {}", printable(error->message));
  }
}

void on_connected(GObject* client, GAsyncResult* result, gpointer data) {
  const std::unique_ptr<Probe> probe(static_cast<Probe*>(data));
  GError* error = nullptr;
  auto connection = glib::Ref<GSocketConnection>::adopt(
      g_socket_client_connect_to_host_finish(G_SOCKET_CLIENT(client), result, &error));
  const glib::Unique<GError, g_error_free> owned(error);
  probe->answer(owned ? reason(owned.get(), *probe) : std::string());
}

}  // namespace

void probe_address(const std::string& host, std::uint16_t port, Duration limit,
                   std::function<void(std::string)> answer) {
  auto client = glib::Ref<GSocketClient>::adopt(g_socket_client_new());
  g_socket_client_set_timeout(client.get(), static_cast<guint>(to_ms(limit) / 1000));
  g_socket_client_set_enable_proxy(client.get(), FALSE);
  g_socket_client_connect_to_host_async(client.get(), host.c_str(), port, nullptr, on_connected,
                                        new Probe{host, port, std::move(answer)});
}

}  // namespace classcast::device
