// SPDX-License-Identifier: MIT
// Opus to AAC: sound of a recording, made anew once, when the recording is finished. Silence fills the holes,
// so that the sound keeps the time of the picture.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace classcast::pipelines {

inline constexpr std::uint32_t kAacFrame = 1024;  ///< samples of an AAC LC frame (ISO/IEC 14496-3 §4.5.2.1.1)

/// AAC LC, 48 kHz, stereo, frames without ADTS headers. Blocks; use it from one thread.
class AacEncoder {
 public:
  /// Gets each AAC frame, one after the other, on the thread that calls push() or finish().
  using Frame = std::function<Result<void>(Bytes)>;

  static Result<std::unique_ptr<AacEncoder>> create(Frame frame);
  ~AacEncoder();
  AacEncoder(const AacEncoder&) = delete;
  AacEncoder& operator=(const AacEncoder&) = delete;

  /// `time_ns` counts from the beginning of the recording; packets come in order.
  Result<void> push(Bytes opus, std::int64_t time_ns, std::int64_t duration_ns);
  /// Encodes what is left.
  Result<void> finish();

  struct Graph;

 private:
  explicit AacEncoder(std::unique_ptr<Graph> graph);
  std::unique_ptr<Graph> graph_;
};

}  // namespace classcast::pipelines
