// SPDX-License-Identifier: MIT
// Why a device cannot be reached: rtspsrc reports a closed port, a missing route and an unknown name alike.
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace classcast::device {

/// Connects by TCP and answers with one sentence such as "refuses connections on port 554"; an empty one when
/// the port is open.
void probe_address(const std::string& host, std::uint16_t port, Duration limit,
                   std::function<void(std::string why)> answer);

}  // namespace classcast::device
