// SPDX-License-Identifier: MIT
// Audience: many viewers on one receiving thread. Most only count packets by their clear RTP header; some,
// the probes, decrypt all they get and take the time it took.
#pragma once

#include "bench/load/client.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace classcast::load {

/// Since the audience's beginning.
struct Received {
  std::uint64_t packets = 0;
  /// Packets that the sequence numbers say there were.
  std::uint64_t expected = 0;
};

class Audience {
 public:
  Audience();
  ~Audience() { stop(); }
  Audience(const Audience&) = delete;
  Audience& operator=(const Audience&) = delete;

  /// From now on its datagrams are taken.
  void add(std::unique_ptr<Client> client);
  void stop();
  [[nodiscard]] Received received() const { return {packets_, expected_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// CPU time of the receiving thread.
  [[nodiscard]] Duration cpu_time() const { return Duration(cpu_ns_); }

  /// Makes every `share`-th viewer a probe, from now on.
  void probe_every(std::size_t share);
  /// How long packets to probes took from the camera to the viewer's socket (the kernel's time stamp).
  std::vector<Duration> take_latencies();

 private:
  struct Viewer {
    std::unique_ptr<Client> client;
    std::uint16_t newest = 0;
    bool began = false;
    bool probe = false;
  };
  void run();
  void receive(Viewer& viewer);
  void count(Viewer& viewer, std::uint16_t seq);
  void measure(Viewer& viewer, MutableBytes datagram, std::int64_t arrived_ns);
  void keep_alive();

  relay::Descriptor epoll_;
  std::atomic<bool> running_ = true;
  std::atomic<std::size_t> size_ = 0;
  std::atomic<std::size_t> probe_share_ = 0;
  std::atomic<std::uint64_t> packets_ = 0;
  std::atomic<std::uint64_t> expected_ = 0;
  std::atomic<std::int64_t> cpu_ns_ = 0;
  std::mutex mutex_;  // protects viewers_ and latencies_
  std::deque<Viewer> viewers_;
  std::vector<Duration> latencies_;
  std::thread thread_;
};

}  // namespace classcast::load
