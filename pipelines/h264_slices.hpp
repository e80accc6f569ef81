// SPDX-License-Identifier: MIT
// As much of H.264 as tells whether a stream has B-frames, which no browser plays over WebRTC.
#pragma once

#include "base/bytes.hpp"

namespace classcast::pipelines {

/// True when the first slice of this access unit (byte stream, Annex B) is a B slice.
bool begins_with_b_slice(Bytes access_unit);

}  // namespace classcast::pipelines
