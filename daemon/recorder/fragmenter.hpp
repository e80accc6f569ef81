// SPDX-License-Identifier: MIT
// Fragmenter: received pictures and sounds to fragments with true times. Pure: packets and their arrival go
// in.
#pragma once

#include "recorder/fragment.hpp"
#include "recorder/media_clock.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace classcast::recorder {

struct Arrival {
  std::int64_t at_ns = 0;  ///< Unix time
  std::optional<std::int64_t> sender_ns;
};

class Fragmenter {
 public:
  /// A fragment is closed at a keyframe or when it is this long: what a power cut or a crash may cost.
  static constexpr std::int64_t kLengthNs = kSecondNs / 2;
  /// Sound is held until the picture has come, at most this long.
  static constexpr std::int64_t kPatienceNs = 3 * kSecondNs / 2;
  /// Pictures wait for sound that comes later than they do, at most this long.
  static constexpr std::int64_t kLateSoundNs = 2 * kSecondNs / 5;
  /// Sound that came so long ago may only be held up, behind a packet that is waited for; before, it has
  /// failed.
  static constexpr std::int64_t kHeldUpNs = 2 * kSecondNs;
  /// Pictures nearer than this to each other were sent to catch up; their true times lie further back.
  static constexpr std::int64_t kSqueezed = kVideoRate / 200;

  using Handler = std::function<void(Fragment)>;
  explicit Fragmenter(Handler done) : done_(std::move(done)) {}

  void push(Picture picture, const Arrival& arrival);
  void push_audio(std::uint32_t timestamp, Buffer packet, const Arrival& arrival);
  /// Closes what is open: the stream ended.
  void flush();
  /// Sound that belongs to pictures received by then has yet to come.
  [[nodiscard]] bool waits_for_sound(std::int64_t now_ns) const;

 private:
  struct Held {
    std::int64_t timestamp;
    bool keyframe;
    Buffer data;
  };

  /// Complete but for its sound.
  struct Closed {
    std::vector<Sample> video;
    std::int64_t until_ns;
    std::int64_t at_ns;  ///< when it was closed
  };

  void release(std::int64_t next_timestamp);
  void add_video(std::int64_t time_ns, Held picture);
  void close_open();
  void close(std::int64_t until_ns);
  void hand_out(std::int64_t now_ns);
  void hand_out_oldest();
  [[nodiscard]] bool heard_within(std::int64_t time_ns, std::int64_t now_ns) const;
  static void stamp_durations(std::vector<Sample>& samples, std::int64_t next_ns, std::uint32_t rate);

  const Handler done_;
  Unwrapper video_time_;
  Unwrapper audio_time_;
  MediaClock video_clock_{kVideoRate};
  MediaClock audio_clock_{kAudioRate};
  std::optional<std::int64_t> video_offset_ns_;  ///< Unix time minus the sender's, by the video's clock
  std::vector<Held> held_;
  std::deque<Sample> sound_;
  Fragment open_;
  std::deque<Closed> closed_;
  std::optional<std::int64_t> last_video_ns_;
  std::int64_t step_ns_ = kSecondNs / 25;  ///< from the last picture but one to the last
  std::optional<std::int64_t> last_audio_ns_;
  std::int64_t last_picture_arrival_ns_ = 0;
  std::int64_t last_sound_arrival_ns_ = 0;
};

/// The samples of an Opus packet at 48 kHz (RFC 6716 §3.1, §3.2); 0 when it is none.
std::uint32_t opus_duration(Bytes packet);

}  // namespace classcast::recorder
