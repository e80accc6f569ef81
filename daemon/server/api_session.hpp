// SPDX-License-Identifier: MIT
// /api/v1/session: sign in, who am I, sign out (docs/ref/protocol.md §6).
#pragma once

#include "glib/scope.hpp"
#include "server/http.hpp"
#include "server/passwords.hpp"
#include "server/sessions.hpp"
#include "server/throttle.hpp"
#include "store/thread.hpp"

#include <memory>
#include <string>

namespace classcast::server {

class SessionApi {
 public:
  /// Ten tries in a row, then one every 6 s per address and one every 20 s per account.
  static constexpr Throttle::Rate kAddressRate = {20, 6s};
  static constexpr Throttle::Rate kAccountRate = {10, 20s};
  static constexpr std::size_t kMaxThrottled = 10'000;
  static constexpr std::size_t kMaxNameLength = 64;

  SessionApi(Sessions& sessions, store::StoreThread& store, PasswordWorkers& passwords);
  void add_routes(HttpServer& http);

 private:
  struct Attempt;
  using AttemptPtr = std::shared_ptr<Attempt>;

  void sign_in(const std::shared_ptr<Exchange>& exchange);
  void look_up(const AttemptPtr& attempt);
  void check_password(const AttemptPtr& attempt);
  void open_session(const AttemptPtr& attempt);
  void who(Exchange& exchange);
  void sign_out(const std::shared_ptr<Exchange>& exchange);
  bool throttled(Exchange& exchange, const std::string& account);

  Sessions& sessions_;
  store::StoreThread& store_;
  PasswordWorkers& passwords_;
  Throttle per_address_{kAddressRate, kMaxThrottled};
  Throttle per_account_{kAccountRate, kMaxThrottled};
  /// Compared with when there is no such user, so that the time tells nothing.
  std::string decoy_hash_;
  glib::Scope scope_;
};

}  // namespace classcast::server
