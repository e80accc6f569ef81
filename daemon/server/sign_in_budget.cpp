// SPDX-License-Identifier: MIT
#include "server/sign_in_budget.hpp"

namespace classcast::server {

namespace {

std::string pair_key(const std::string& address, const std::string& account) {
  return address + " " + account;
}

}  // namespace

std::optional<Duration> SignInBudget::take(const std::string& address, const std::string& account,
                                           Instant now) {
  if (account.empty()) return strangers_.take(address, now);
  if (auto wait = per_pair_.take(pair_key(address, account), now)) return wait;
  if (auto wait = per_account_.take(account, now)) return wait;
  return per_address_.take(address, now);
}

void SignInBudget::give_back(const std::string& address, const std::string& account) {
  per_pair_.give_back(pair_key(address, account));
  per_account_.give_back(account);
  per_address_.give_back(address);
}

}  // namespace classcast::server
