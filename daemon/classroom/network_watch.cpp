// SPDX-License-Identifier: MIT
#include "classroom/network_watch.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <utility>

namespace classcast::classroom {

namespace {

// A change comes as a burst of messages from the kernel.
constexpr Duration kSettle = 300ms;

std::string text_of(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address != nullptr && address->sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text, sizeof text);
  } else if (address != nullptr && address->sa_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    if (!IN6_IS_ADDR_LINKLOCAL(&six)) inet_ntop(AF_INET6, &six, text, sizeof text);
  }
  return text;
}

}  // namespace

std::set<std::string> own_addresses() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return {};
  const glib::Unique<ifaddrs, freeifaddrs> owned(list);
  std::set<std::string> found;
  for (const auto* each = list; each != nullptr; each = each->ifa_next) {
    const bool up = (each->ifa_flags & IFF_UP) != 0 && (each->ifa_flags & IFF_LOOPBACK) == 0;
    if (auto text = text_of(each->ifa_addr); up && !text.empty()) found.insert(text);
  }
  return found;
}

NetworkWatch::NetworkWatch(std::function<void()> changed)
    : changed_(std::move(changed)),
      addresses_(own_addresses()),
      signal_(g_network_monitor_get_default(), "network-changed", G_CALLBACK(on_changed), this) {}

void NetworkWatch::on_changed(GNetworkMonitor*, gboolean, gpointer data) {
  auto* self = static_cast<NetworkWatch*>(data);
  self->settle_ = glib::Timer::once(kSettle, [self] { self->look(); });
}

void NetworkWatch::look() {
  auto addresses = own_addresses();
  if (addresses == addresses_) return;
  addresses_ = std::move(addresses);
  changed_();
}

}  // namespace classcast::classroom
