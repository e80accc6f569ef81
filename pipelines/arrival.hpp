// SPDX-License-Identifier: MIT
// When a received packet came: the jitter buffer may hold it for long, the first of a stream always.
#pragma once

#include <gst/gst.h>

#include <cstdint>

namespace classcast::pipelines {

/// Of the `rtpbin` within a webrtcbin that is about to receive; before it starts.
void stamp_arrivals(GstElement* rtpbin);

/// Unix time in ns at which one of its packets came into the jitter buffer; now, where that is not known.
std::int64_t arrival_of(GstBuffer* packet);

}  // namespace classcast::pipelines
