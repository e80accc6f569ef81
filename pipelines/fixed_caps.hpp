// SPDX-License-Identifier: MIT
// Fixed caps: webrtcbin sees exactly the caps of the offer, whatever the payloader calls its stream.
#pragma once

#include "pipelines/gst.hpp"

#include <string>

namespace classcast::pipelines {

/// The payloader's own caps carry the camera's profile, and webrtcbin refuses to negotiate when they differ
/// from the offer (RFC 6184 §8.1, RFC 7587 §6.1). `capssetter` would do the same as an element that every
/// packet passes.
void fix_caps(GstPad* payloader_output, const std::string& caps);

}  // namespace classcast::pipelines
