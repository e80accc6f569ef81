// SPDX-License-Identifier: MIT
// H.264: RTP packets (RFC 6184) to whole pictures, and what a sequence parameter set says (ITU-T H.264
// §7.3.2.1).
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace classcast::recorder {

/// One picture: its NAL units, each after a length of four bytes (ISO/IEC 14496-15 §5.3.2).
struct Picture {
  std::uint32_t timestamp = 0;
  bool keyframe = false;
  bool damaged = false;  ///< a packet of it is missing
  Buffer data;
};

class PictureAssembler {
 public:
  /// A larger picture is dropped as damaged.
  static constexpr std::size_t kMaxPicture = 8 << 20;

  struct Packet {
    std::uint16_t seq = 0;
    std::uint32_t timestamp = 0;
    bool marker = false;
    Bytes payload;
  };

  /// Packets in the order of their numbers; the pictures that this one completes, seldom more than one.
  std::vector<Picture> push(const Packet& packet);

 private:
  void take(Bytes payload);
  void take_aggregate(Bytes units);
  void take_fragment(Bytes payload);
  void begin_unit(Bytes head);
  void append(Bytes bytes);
  std::vector<Picture> finish();

  std::optional<std::uint16_t> last_seq_;
  std::optional<Picture> picture_;
  std::size_t unit_at_ = 0;  ///< where the length of the unit being put together stands
  bool in_fragment_ = false;
};

/// The parameter sets of a picture; empty when it has none.
struct ParameterSets {
  Buffer sps;
  Buffer pps;
  bool operator==(const ParameterSets&) const = default;
  [[nodiscard]] bool complete() const { return !sps.empty() && !pps.empty(); }
};
ParameterSets parameter_sets(Bytes picture);

struct PictureSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  bool operator==(const PictureSize&) const = default;
};
/// nullopt when it is no sequence parameter set that can be read.
std::optional<PictureSize> picture_size(Bytes sps);

}  // namespace classcast::recorder
