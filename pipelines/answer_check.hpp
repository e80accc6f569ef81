// SPDX-License-Identifier: MIT
// Whether an SDP answer fits our offer. webrtcbin 1.22 aborts the process on legal SDP that its pads cannot
// serve.
#pragma once

#include "base/result.hpp"

#include <string>

namespace classcast::pipelines {

inline constexpr int kVideoPayloadType = 102;
inline constexpr int kAudioPayloadType = 111;
inline constexpr std::size_t kMaxSdpBytes = 64 * 1024;

/// Same m-lines in the same order, each accepted with our payload type and with ICE and DTLS parameters.
Result<void> check_answer(const std::string& offer, const std::string& answer);

}  // namespace classcast::pipelines
