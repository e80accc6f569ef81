// SPDX-License-Identifier: MIT
// /api/v1/account: sign up and change one's own account.
#pragma once

#include "server/api.hpp"
#include "server/api_session.hpp"
#include "server/http.hpp"
#include "server/parts.hpp"

#include <string>

namespace classcast::server {

class AccountApi {
 public:
  AccountApi(Parts& parts, SessionApi& sessions) : parts_(parts), sessions_(sessions) {}
  void add_routes(HttpServer& http);

 private:
  struct Newcomer;
  using With = std::function<void(const store::User&)>;

  void sign_up(const ExchangePtr& exchange);
  void store_newcomer(const ExchangePtr& exchange, const Newcomer& newcomer);
  void show(const ExchangePtr& exchange);
  void change(const ExchangePtr& exchange);
  void change_password(const ExchangePtr& exchange);
  void begin_totp(const ExchangePtr& exchange);
  void confirm_totp(const ExchangePtr& exchange);
  void end_totp(const ExchangePtr& exchange);

  /// The signed-in person as the store knows them.
  void myself(const ExchangePtr& exchange, With done);
  /// Likewise, after their password was checked; a wrong one is answered.
  void proven(const ExchangePtr& exchange, Secret password, With done);

  Parts& parts_;
  SessionApi& sessions_;
  glib::Scope scope_;
};

}  // namespace classcast::server
