// SPDX-License-Identifier: MIT
// tone-feeder HZ:FIFO…: plays one sine into the pipe of each module-pipe-source, in real time. A pipe that is
// not there, or goes, is tried again: that is a microphone unplugged.
#include <fcntl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr int kRate = 48000;
constexpr int kBlockMs = 20;
constexpr std::size_t kBlock = kRate / 1000 * kBlockMs;
constexpr double kAmplitude = 8000;  // -12 dBFS at the crest
constexpr int kExitUsage = 64;
constexpr int kExitFailed = 1;

/// One second of a whole number of hertz repeats without a seam.
std::vector<std::int16_t> sine(int hertz) {
  std::vector<std::int16_t> wave(kRate);
  for (int i = 0; i < kRate; ++i) {
    const double angle = 2 * std::numbers::pi * hertz * i / kRate;
    wave[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(kAmplitude * std::sin(angle));
  }
  return wave;
}

class Tone {
 public:
  Tone(int hertz, std::string fifo) : wave_(sine(hertz)), fifo_(std::move(fifo)) {}

  void play() {
    if (pipe_ < 0) {
      pipe_ = open(fifo_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    }
    const auto* block = wave_.data() + position_;
    position_ = (position_ + kBlock) % wave_.size();
    if (pipe_ >= 0 && write(pipe_, block, kBlock * sizeof *block) < 0 && errno != EAGAIN) {
      close(pipe_);
      pipe_ = -1;
    }
  }

 private:
  std::vector<std::int16_t> wave_;
  std::string fifo_;
  std::size_t position_ = 0;
  int pipe_ = -1;
};

std::vector<Tone> parse(int argc, char** argv) {
  std::vector<Tone> tones;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument(argv[i]);
    const auto colon = argument.find(':');
    const int hertz = std::atoi(argv[i]);
    if (colon == std::string_view::npos || hertz <= 0) {
      return {};
    }
    tones.emplace_back(hertz, std::string(argument.substr(colon + 1)));
  }
  return tones;
}

int ticker() {
  const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  const timespec block{0, kBlockMs * 1'000'000};
  const itimerspec every{block, block};
  return timer >= 0 && timerfd_settime(timer, 0, &every, nullptr) == 0 ? timer : -1;
}

}  // namespace

int main(int argc, char** argv) {
  auto tones = parse(argc, argv);
  if (tones.empty()) {
    std::fputs("usage: tone-feeder HZ:FIFO...\n", stderr);
    return kExitUsage;
  }
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  const int timer = ticker();
  std::uint64_t blocks = 0;
  while (read(timer, &blocks, sizeof blocks) == sizeof blocks) {
    for (; blocks > 0; --blocks) {
      for (auto& tone : tones) {
        tone.play();
      }
    }
  }
  return kExitFailed;
}
