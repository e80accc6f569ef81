// SPDX-License-Identifier: MIT
// Work that a device may hold up for ever, and its limit.
#pragma once

#include "base/clock.hpp"

#include <functional>

namespace classcast::ctl {

/// Runs `work` on a thread of its own and waits for it; false when it is not done within `limit`: it then
/// goes on alone, so it must own what it touches.
bool within(Duration limit, std::function<void()> work);

}  // namespace classcast::ctl
