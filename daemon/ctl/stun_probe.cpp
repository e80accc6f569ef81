// SPDX-License-Identifier: MIT
#include "ctl/stun_probe.hpp"

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "glib/ref.hpp"

#include <gio/gio.h>

#include <algorithm>
#include <array>

namespace classcast::ctl {

namespace {

using glib::Ref;

constexpr std::size_t kHeader = 20;
constexpr Duration kResend = 500ms;  // RFC 8489 §6.2.1: RTO

/// RFC 8489 §5: a binding request (0x0001), length 0, the magic cookie, 96 random bits.
std::array<std::uint8_t, kHeader> binding_request() {
  std::array<std::uint8_t, kHeader> request = {0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xA4, 0x42};
  random_fill(MutableBytes(request).subspan(8));
  return request;
}

/// A success or error response to it: either proves the way there and back.
bool answers(std::span<const std::uint8_t> received, std::span<const std::uint8_t> request) {
  return received.size() >= kHeader && received[0] == 0x01 && (received[1] == 0x01 || received[1] == 0x11) &&
         std::equal(request.begin() + 4, request.end(), received.begin() + 4);
}

Ref<GSocket> connected_socket(const std::string& host, std::uint16_t port) {
  auto target = Ref<GSocketConnectable>::adopt(g_network_address_new(host.c_str(), port));
  auto addresses = Ref<GSocketAddressEnumerator>::adopt(g_socket_connectable_enumerate(target.get()));
  auto address =
      Ref<GSocketAddress>::adopt(g_socket_address_enumerator_next(addresses.get(), nullptr, nullptr));
  if (!address) return {};
  auto socket = Ref<GSocket>::adopt(g_socket_new(g_socket_address_get_family(address.get()),
                                                 G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, nullptr));
  // Connected, so that the host's "port unreachable" comes back as an error.
  if (socket && g_socket_connect(socket.get(), address.get(), nullptr, nullptr) == 0) return {};
  return socket;
}

UdpAnswer receive(GSocket* socket, std::span<const std::uint8_t> request) {
  const auto wait_us = std::chrono::duration_cast<std::chrono::microseconds>(kResend).count();
  if (g_socket_condition_timed_wait(socket, G_IO_IN, wait_us, nullptr, nullptr) == 0)
    return UdpAnswer::silent;
  std::array<std::uint8_t, 1500> buffer{};
  glib::GErrorSlot error;
  const auto size =
      g_socket_receive(socket, reinterpret_cast<char*>(buffer.data()), buffer.size(), nullptr, error.out());
  if (size < 0)
    return error.is(G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ? UdpAnswer::refused : UdpAnswer::silent;
  return answers({buffer.data(), static_cast<std::size_t>(size)}, request) ? UdpAnswer::answered
                                                                           : UdpAnswer::silent;
}

}  // namespace

UdpAnswer probe_udp(const std::string& host, std::uint16_t port, Duration limit) {
  auto socket = connected_socket(host, port);
  if (!socket) return UdpAnswer::no_such_host;
  const auto request = binding_request();
  for (const auto end = now() + limit; now() < end;) {
    g_socket_send(socket.get(), reinterpret_cast<const char*>(request.data()), request.size(), nullptr,
                  nullptr);
    if (auto answer = receive(socket.get(), request); answer != UdpAnswer::silent) return answer;
  }
  return UdpAnswer::silent;
}

}  // namespace classcast::ctl
