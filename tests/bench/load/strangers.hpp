// SPDX-License-Identifier: MIT
// Strangers: a thread that sends noise and mutated packets to a port at the rate of a full link, from
// addresses that nobody there knows.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "relay/udp_socket.hpp"
#include "rtc/address.hpp"

#include <atomic>
#include <thread>
#include <vector>

namespace classcast::load {

/// What they send: a third noise, a third real packets of every protocol with some octets changed, a third
/// sound checks and media of sessions that do not exist. Always the same.
std::vector<Buffer> hostile_datagrams(std::size_t count);

class Strangers {
 public:
  /// From now on `bits_per_second` (of UDP payload) go to `target`, as far as a core carries it.
  Strangers(const rtc::Address& target, double bits_per_second);
  ~Strangers();
  Strangers(const Strangers&) = delete;
  Strangers& operator=(const Strangers&) = delete;

  [[nodiscard]] std::uint64_t sent() const { return sent_; }

 private:
  static constexpr std::size_t kSockets = 64;
  void run(double bytes_per_second);
  std::size_t send_some(std::size_t& at);

  std::vector<Buffer> datagrams_;
  std::vector<relay::Descriptor> sockets_;
  std::atomic<bool> running_ = true;
  std::atomic<std::uint64_t> sent_ = 0;
  std::thread thread_;
};

}  // namespace classcast::load
