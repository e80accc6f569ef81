// SPDX-License-Identifier: MIT
// /api/v1/account, /recovery, /setup: sign up, change one's own account, come back without the password, and
// the first set-up.
#pragma once

#include "server/api.hpp"
#include "server/api_session.hpp"
#include "server/http.hpp"
#include "server/parts.hpp"

#include <string>

namespace classcast::server {

class AccountApi {
 public:
  static constexpr std::int64_t kRecoveryMs = 24LL * 3600 * 1000;
  static constexpr std::size_t kMaxEmail = 254;

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
  void ask_recovery(const ExchangePtr& exchange);
  void recover(const ExchangePtr& exchange);
  void show_setup(Exchange& exchange);
  void set_up(const ExchangePtr& exchange);

  /// The signed-in person as the store knows them.
  void myself(const ExchangePtr& exchange, With done);
  /// Likewise, after their password was checked; a wrong one is answered.
  void proven(const ExchangePtr& exchange, Secret password, With done);
  /// Hashes and stores a password; ends the person's sessions but for `keep`.
  void set_password(const ExchangePtr& exchange, std::int64_t user, Secret password, const std::string& keep,
                    std::function<void()> done);
  void store_setup(const ExchangePtr& exchange, const std::string& school, const std::string& sign_up);

  Parts& parts_;
  SessionApi& sessions_;
  glib::Scope scope_;
};

/// A person's name: one line of 1 to 64 bytes.
bool valid_person_name(std::string_view name);
/// Empty, or something with an @ and no blanks.
bool valid_email(std::string_view email);
/// Answers 400 when the password is too short or too long.
bool good_password(Exchange& exchange, const Secret& password);

}  // namespace classcast::server
