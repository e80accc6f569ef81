// SPDX-License-Identifier: MIT
#pragma once

#include "bench/load/client.hpp"

#include <vector>

namespace classcast::load {

/// From the POST to the last packet of the first frame that a decoder can begin with, of `count` viewers one
/// after the other. Errc::timeout when one of them gets none.
Result<std::vector<Duration>> first_frames(const Http& http, const std::string& room, const Network& network,
                                           std::size_t count);

}  // namespace classcast::load
