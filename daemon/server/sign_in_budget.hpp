// SPDX-License-Identifier: MIT
// SignInBudget: how often somebody may try to sign in, so that guessing is slow and one person's typing
// errors hold up nobody else behind the same address. Pure: time is an argument.
#pragma once

#include "server/throttle.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace classcast::server {

class SignInBudget {
 public:
  /// Of one account from one address.
  static constexpr Throttle::Rate kPairRate = {10, 20s};
  /// Of one account from anywhere: 8,640 guesses a day at most. It refills faster than one address may try,
  /// so that one alone locks nobody out.
  static constexpr Throttle::Rate kAccountRate = {50, 10s};
  /// Of one address, which may be a whole school's.
  static constexpr Throttle::Rate kAddressRate = {100, 2s};
  /// Sign-ups, and links for a new password, of one address: a class that signs up in one lesson.
  static constexpr Throttle::Rate kStrangerRate = {40, 6s};
  static constexpr std::size_t kMaxThrottled = 10'000;

  /// Takes one try of `account`, or of a stranger when that is empty. When there is none left, returns how
  /// long to wait, and no wider budget has paid for it. `address` is a throttle_key().
  std::optional<Duration> take(const std::string& address, const std::string& account, Instant now);
  /// The try was a right one.
  void give_back(const std::string& address, const std::string& account);

 private:
  Throttle per_pair_{kPairRate, kMaxThrottled};
  Throttle per_account_{kAccountRate, kMaxThrottled};
  Throttle per_address_{kAddressRate, kMaxThrottled};
  Throttle strangers_{kStrangerRate, kMaxThrottled};
};

}  // namespace classcast::server
