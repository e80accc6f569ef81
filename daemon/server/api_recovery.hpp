// SPDX-License-Identifier: MIT
// /api/v1/recovery: back into an account without its password, by a link that works once. The link comes by
// mail, or from an administrator.
#pragma once

#include "server/api.hpp"
#include "server/api_session.hpp"
#include "server/http.hpp"
#include "server/parts.hpp"
#include "server/throttle.hpp"
#include "store/users.hpp"

#include <string>
#include <vector>

namespace classcast::server {

class RecoveryApi {
 public:
  /// How long an administrator's link works, and one that was mailed.
  static constexpr std::int64_t kHandedMs = 24LL * 3600 * 1000;
  static constexpr std::int64_t kMailedMs = 3600LL * 1000;
  /// Mails per person: nobody's mailbox is flooded by a stranger.
  static constexpr Throttle::Rate kMailRate = {3, 20min};

  RecoveryApi(Parts& parts, SessionApi& sessions) : parts_(parts), sessions_(sessions) {}
  void add_routes(HttpServer& http);

 private:
  void ask_for_link(const ExchangePtr& exchange);
  void use_link(const ExchangePtr& exchange);
  void hand_link(const ExchangePtr& exchange);
  void mail_links(const std::vector<store::User>& people);
  void mail_link(const store::User& user);

  Parts& parts_;
  SessionApi& sessions_;
  Throttle mails_{kMailRate, SignInBudget::kMaxThrottled};
  glib::Scope scope_;
};

}  // namespace classcast::server
