// SPDX-License-Identifier: MIT
// OpusClock: timestamps that step by exactly the frame, whatever the publisher's capture clock does.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <optional>

namespace classcast::relay {

/// Samples at 48 kHz in an Opus packet (RFC 6716 §3.1); nullopt when the packet is malformed.
std::optional<std::uint32_t> opus_samples(Bytes payload);

/// A capture clock that drifts or rounds gives steps of 959 and 961, which Chromium plays choppily.
/// Deviations up to kTolerance are smoothed away; larger ones (a pause, another start) are believed.
class OpusClock {
 public:
  static constexpr std::int32_t kTolerance = 240;  // 5 ms

  /// `seq` is extended. Returns the timestamp to use instead of `timestamp`.
  std::uint32_t regular(std::int64_t seq, std::uint32_t timestamp, Bytes payload);

 private:
  struct Last {
    std::int64_t seq;
    std::uint32_t timestamp;
    std::uint32_t samples;
  };
  std::optional<Last> last_;
};

}  // namespace classcast::relay
