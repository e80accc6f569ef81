// SPDX-License-Identifier: MIT
// Cameras: publishers of synthetic H.264, each at its own point of the frame interval, driven by one thread.
#pragma once

#include "bench/load/client.hpp"

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace classcast::load {

inline constexpr Duration kFrameTime = 40ms;
/// An RTP packet of this size, header included, is what cameras and browsers send.
inline constexpr std::size_t kPacketBytes = 1200;
/// A packet carries the time when it was sent, 8 octets behind the FU-A header.
inline constexpr std::size_t kStampAt = 2;

/// The wall clock, which the kernel's time stamps show too.
inline std::int64_t wall_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// What each camera films.
struct Film {
  int packets_per_frame = 10;
  int packets_per_keyframe = 40;
  int frames_per_group = 100;  ///< 4 s between keyframes
};

/// When a camera films.
struct Timetable {
  Duration phase{};     ///< within the frame interval
  int first_frame = 0;  ///< of a group
};

/// One encoded stream as RTP packets.
class Encoder {
 public:
  Encoder(int first_frame, std::uint16_t first_seq) : frame_(first_frame), seq_(first_seq) {}
  /// Calls send(packet) for each packet of the next frame.
  template <typename Send>
  void frame(const Film& film, Send send) {
    bool key = frame_++ % film.frames_per_group == 0;
    auto count = key ? film.packets_per_keyframe : film.packets_per_frame;
    for (int i = 0; i < count; ++i) send(packet(key, i == 0, i + 1 == count));
    timestamp_ += kFrameTicks;
  }

 private:
  static constexpr std::uint32_t kFrameTicks = 3600;
  Bytes packet(bool key, bool first, bool last);

  int frame_;
  std::uint16_t seq_;
  std::uint32_t timestamp_ = 0;
  std::array<std::uint8_t, kPacketBytes> buffer_{};
};

class Cameras {
 public:
  /// Where a camera's packets go.
  using Send = std::function<void(Bytes packet)>;

  Cameras() = default;
  ~Cameras() { stop(); }
  Cameras(const Cameras&) = delete;
  Cameras& operator=(const Cameras&) = delete;

  void add(Send send, std::function<void()> keep_alive);
  void start();
  void stop();
  /// From the next frame on.
  void film(const Film& film);
  [[nodiscard]] std::size_t size() const { return cameras_.size(); }
  [[nodiscard]] const std::vector<Timetable>& timetables() const { return timetables_; }
  /// Since start().
  [[nodiscard]] std::uint64_t packets() const { return packets_; }

 private:
  struct Camera {
    Send send;
    std::function<void()> keep_alive;
    Encoder encoder;
    Instant next;
  };
  void run();

  std::vector<Camera> cameras_;
  std::vector<Timetable> timetables_;
  std::mutex mutex_;  // protects film_
  Film film_;
  std::atomic<bool> running_ = false;
  std::atomic<std::uint64_t> packets_ = 0;
  std::thread thread_;
};

}  // namespace classcast::load
