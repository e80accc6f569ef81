// SPDX-License-Identifier: MIT
// sd_notify(3): tells the service manager about readiness, status and life. Without one, nothing happens.
#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string_view>

namespace classcast::glib::notify {

void ready();
/// Before a reload, which ready() ends (sd_notify(3), RELOADING=1 with MONOTONIC_USEC=).
void reloading();
void stopping();
/// The one line that `systemctl status` shows.
void status(std::string_view text);
void watchdog();
/// Half of WatchdogSec=, the pace at which watchdog() is due; nullopt when no watchdog is set.
std::optional<Duration> watchdog_interval();

/// A listening socket that the service manager handed over (sd_listen_fds(3)); nullopt when there is none.
std::optional<int> activation_socket();

}  // namespace classcast::glib::notify
