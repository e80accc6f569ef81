// SPDX-License-Identifier: MIT
// Virtual time and a lossy link: datagrams wait in a queue, nothing ever sleeps, and a seed repeats a run
// exactly.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <vector>

namespace classcast::sim {

/// How a link treats datagrams, each way.
struct LinkQuality {
  double loss = 0;
  Duration delay = 10ms;
  /// Up to this much more, evenly spread: datagrams overtake each other.
  Duration jitter = 0ms;
};

/// A link that carries so many bits a second; what it cannot take yet waits, and what finds the queue full is
/// lost.
class Bottleneck {
 public:
  explicit Bottleneck(double bps, Duration queue = 300ms) : bps_(bps), queue_(queue) {}

  void set_bps(double bps) { bps_ = bps; }
  /// How long a datagram waits and is under way; nullopt when it is lost.
  std::optional<Duration> take(std::size_t bytes, Instant now) {
    auto wait = std::max(busy_until_ - now, Duration(0));
    if (wait > queue_) return std::nullopt;
    auto takes = std::chrono::duration<double>(static_cast<double>(bytes) * 8 / bps_);
    busy_until_ = now + wait + std::chrono::duration_cast<Duration>(takes);
    return busy_until_ - now;
  }

 private:
  double bps_;
  Duration queue_;
  Instant busy_until_{};
};

class Network {
 public:
  explicit Network(LinkQuality quality, unsigned seed = 1) : quality_(quality), random_(seed) {}

  [[nodiscard]] Instant now() const { return now_; }
  void set_quality(LinkQuality quality) { quality_ = quality; }

  /// Delivers a copy later, or loses it. `queued` is the time that it waits before the link takes it.
  void carry(Bytes datagram, std::function<void(MutableBytes)> deliver, Duration queued = 0ms) {
    if (std::uniform_real_distribution<>(0, 1)(random_) < quality_.loss) return;
    auto jitter = Duration(static_cast<std::int64_t>(std::uniform_real_distribution<>(0, 1)(random_) *
                                                     static_cast<double>(quality_.jitter.count())));
    at(now_ + queued + quality_.delay + jitter, [copy = Buffer(datagram.begin(), datagram.end()),
                                                 deliver = std::move(deliver)]() mutable { deliver(copy); });
  }
  void at(Instant when, std::function<void()> event) { events_.emplace(when, std::move(event)); }

  /// Something with a deadline of its own, asked before every step.
  struct Timer {
    std::function<std::optional<Instant>()> deadline;
    std::function<void()> fire;
  };
  void add_timer(Timer timer) { timers_.push_back(std::move(timer)); }

  /// Runs until `done` or for `limit` of virtual time; whether it was done.
  bool run_until(const std::function<bool()>& done, Duration limit) {
    auto end = now_ + limit;
    while (!done()) {
      if (!step(end)) {
        now_ = end;
        return done();
      }
    }
    return true;
  }
  void run_for(Duration duration) {
    run_until([] { return false; }, duration);
  }

 private:
  /// Does the earliest thing that is due by `end`.
  bool step(Instant end) {
    const Timer* due = nullptr;
    auto when = end + 1ns;
    for (const auto& timer : timers_) {
      auto deadline = timer.deadline();
      if (deadline && *deadline < when) {
        when = *deadline;
        due = &timer;
      }
    }
    if (!events_.empty() && events_.begin()->first <= when) {
      auto node = events_.extract(events_.begin());
      if (node.key() > end) {
        events_.insert(std::move(node));
        return false;
      }
      now_ = std::max(now_, node.key());
      node.mapped()();
      return true;
    }
    if (due == nullptr) return false;
    now_ = std::max(now_, when);
    due->fire();
    return true;
  }

  LinkQuality quality_;
  std::mt19937 random_;
  Instant now_{std::chrono::hours(1)};
  std::multimap<Instant, std::function<void()>> events_;
  std::vector<Timer> timers_;
};

}  // namespace classcast::sim
