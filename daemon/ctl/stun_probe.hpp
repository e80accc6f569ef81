// SPDX-License-Identifier: MIT
// Does UDP reach the relay and come back?
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <string>

namespace classcast::ctl {

enum class UdpAnswer { answered, refused, silent, no_such_host };

/// Sends STUN binding requests (RFC 8489 §5, §6.2.1) until one is answered or `limit` has passed.
UdpAnswer probe_udp(const std::string& host, std::uint16_t port, Duration limit);

}  // namespace classcast::ctl
