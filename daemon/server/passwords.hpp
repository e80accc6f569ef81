// SPDX-License-Identifier: MIT
// Passwords: scrypt hashes (RFC 7914), computed off the main thread, at most one per core at a time.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace classcast::server {

/// Cost of a hash: `n` × `r` × 128 bytes of memory, `p` times over. The default takes 32 MiB and some 0.2 s.
struct ScryptCost {
  std::uint64_t n = 1U << 15;
  std::uint32_t r = 8;
  std::uint32_t p = 2;
};

inline constexpr std::size_t kMinPasswordLength = 10;
inline constexpr std::size_t kMaxPasswordLength = 256;

/// "scrypt$n$r$p$salt$hash", salt and hash in base64url.
std::string hash_password(const Secret& password, const ScryptCost& cost = {});
/// False for a wrong password and for a hash that is none of ours or asks for more memory than we give.
bool verify_password(const Secret& password, std::string_view hash);
/// Four groups of five characters that cannot be mistaken for each other: 100 random bits.
Secret random_password();

/// Threads that only hash. A full queue refuses, so that a flood of sign-ins cannot pile up.
class PasswordWorkers {
 public:
  using Work = std::function<void()>;
  using Executor = std::function<void(Work)>;
  static constexpr std::size_t kMaxQueued = 64;

  explicit PasswordWorkers(Executor post_back, unsigned threads = std::thread::hardware_concurrency());
  PasswordWorkers(const PasswordWorkers&) = delete;
  PasswordWorkers& operator=(const PasswordWorkers&) = delete;
  ~PasswordWorkers();

  /// `done(matches)` comes back through the executor. Errc::exhausted when the queue is full; then it does
  /// not.
  Result<void> verify(Secret password, std::string hash, std::function<void(bool)> done);
  /// `done(hash)`, likewise.
  Result<void> hash(Secret password, std::function<void(std::string)> done);

 private:
  Result<void> enqueue(Work work);
  void loop();

  Executor post_back_;
  std::mutex mutex_;  // protects queue_ and stopping_
  std::condition_variable wake_;
  std::deque<Work> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace classcast::server
