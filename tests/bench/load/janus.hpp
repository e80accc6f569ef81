// SPDX-License-Identifier: MIT
// The same rooms, viewers and packets on Debian's Janus (streaming plugin) and on the relay, over a veth pair
// because Janus does not speak on loopback.
#pragma once

#include "bench/load/trial.hpp"

namespace classcast::load {

struct PeerResult {
  LoadResult relay;
  LoadResult janus;
};

/// Errc::unavailable, with what to do, without Janus or without the right to make network namespaces.
Result<PeerResult> compare_with_janus(Duration run);

}  // namespace classcast::load
