// SPDX-License-Identifier: MIT
// Missing packets of a received picture are asked for again (NACK, RFC 4585 §6.2.1), at once and until they
// come. webrtcbin 1.22 by itself does so only for streams whose SSRC the SDP names, and late.
#pragma once

#include <gst/gst.h>

namespace classcast::pipelines {

/// Of the `rtpbin` within a webrtcbin that is about to receive; before it starts.
void ask_for_missing(GstElement* rtpbin);

}  // namespace classcast::pipelines
