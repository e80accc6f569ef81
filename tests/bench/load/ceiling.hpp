// SPDX-License-Identifier: MIT
// What this machine can do at most: frames encrypted and sent to many sockets, and nothing else.
#pragma once

#include "base/clock.hpp"

namespace classcast::load {

enum class SendMode { segmented, plain };

/// CPU time of the sending thread per packet: OpenSSL's AES-128-GCM, then UDP GSO (or sendmmsg) over
/// loopback.
Duration ceiling(SendMode mode, Duration run);

}  // namespace classcast::load
