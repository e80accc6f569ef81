// SPDX-License-Identifier: MIT
// MediaClock: RTP timestamps of one track to Unix time. Pure.
#pragma once

#include <cstdint>
#include <optional>

namespace classcast::recorder {

/// RFC 3550 §5.1: the timestamp has 32 bits; here it goes on for ever.
class Unwrapper {
 public:
  std::int64_t unwrap(std::uint32_t timestamp);

 private:
  std::optional<std::int64_t> last_;
};

class MediaClock {
 public:
  /// The pace at which a drift between the sender's clock and ours is followed, and its limit of trust.
  static constexpr std::int64_t kWindowNs = 10'000'000'000;
  static constexpr std::int64_t kNudgeNs = 2'000'000;
  static constexpr std::int64_t kJumpNs = 2'000'000'000;
  /// So much must come, in so much time, before late packets are believed to be on time.
  static constexpr std::int64_t kLateNs = 2'000'000'000;

  explicit MediaClock(std::int64_t rate) : rate_(rate) {}

  /// A packet with that timestamp came at `arrival`: the earliest ones tell the clock best. Until settle() it
  /// is taken at once; later slowly, unless it is so far off that the sender must have begun anew. One that
  /// is too early, or older than the one before, says so at once. A late one may have waited while this
  /// computer was busy: then those behind it are less and less late, and only when they are not has the
  /// sender moved.
  void observe(std::int64_t timestamp, std::int64_t arrival_ns);
  void settle() { settled_ = true; }
  [[nodiscard]] bool known() const { return offset_.has_value(); }
  [[nodiscard]] std::int64_t at(std::int64_t timestamp) const;

  /// `timestamp` should be at `time_ns`: taken at once the first time, later at most a millisecond a call.
  void agree(std::int64_t timestamp, std::int64_t time_ns);

 private:
  [[nodiscard]] std::int64_t media_ns(std::int64_t timestamp) const;
  void follow(std::int64_t error, std::int64_t arrival_ns);
  bool stays_late(std::int64_t error, std::int64_t at_ns, std::int64_t arrival_ns);
  void begin_anew(std::int64_t offset);

  struct Late {
    std::int64_t media_ns;
    std::int64_t arrival_ns;
    std::int64_t error;  ///< of the first
    std::int64_t least;
  };

  const std::int64_t rate_;
  std::optional<std::int64_t> offset_;
  std::optional<std::int64_t> window_start_;
  std::int64_t window_least_ = 0;
  std::int64_t newest_ns_ = INT64_MIN;  ///< media time of the packet before
  std::optional<Late> late_;
  bool settled_ = false;
  bool agreed_ = false;
};

}  // namespace classcast::recorder
