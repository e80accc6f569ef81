// SPDX-License-Identifier: MIT
#include "glib/notify.hpp"

#include "base/strings.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

namespace classcast::glib::notify {

void ready() {
  sd_notify(0, "READY=1");
}

void reloading() {
  const auto usec = std::chrono::duration_cast<std::chrono::microseconds>(now().time_since_epoch()).count();
  sd_notify(0, fmt::format("RELOADING=1\nMONOTONIC_USEC={}", usec).c_str());
}

void stopping() {
  sd_notify(0, "STOPPING=1");
}

void status(std::string_view text) {
  sd_notify(0, fmt::format("STATUS={}", printable(text)).c_str());
}

void watchdog() {
  sd_notify(0, "WATCHDOG=1");
}

std::optional<Duration> watchdog_interval() {
  std::uint64_t usec = 0;
  if (sd_watchdog_enabled(0, &usec) <= 0) return std::nullopt;
  return std::chrono::microseconds(usec / 2);
}

std::optional<int> activation_socket() {
  if (sd_listen_fds(1) < 1) return std::nullopt;
  bool listens = sd_is_socket(SD_LISTEN_FDS_START, AF_UNSPEC, SOCK_STREAM, 1) > 0;
  return listens ? std::optional(SD_LISTEN_FDS_START) : std::nullopt;
}

}  // namespace classcast::glib::notify
