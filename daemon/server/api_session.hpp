// SPDX-License-Identifier: MIT
// /api/v1/session and /sessions: sign in, who am I, sign out, where else I am signed in.
#pragma once

#include "server/api.hpp"
#include "server/http.hpp"
#include "server/parts.hpp"
#include "server/sign_in_budget.hpp"

#include <memory>
#include <string>

namespace classcast::server {

class SessionApi {
 public:
  static constexpr std::size_t kMaxNameLength = 64;

  explicit SessionApi(Parts& parts);
  void add_routes(HttpServer& http);
  /// Signs `user` in: answers with the session and its cookie.
  void open_session(const ExchangePtr& exchange, const store::User& user, int status);
  /// One more try of this account from this address, or of a stranger's when `account` is empty; answers 429
  /// when it is one too many.
  bool throttled(Exchange& exchange, const std::string& account);

 private:
  struct Attempt;
  using AttemptPtr = std::shared_ptr<Attempt>;

  void sign_in(const std::shared_ptr<Exchange>& exchange);
  void look_up(const AttemptPtr& attempt);
  void check_password(const AttemptPtr& attempt);
  void password_fits(const AttemptPtr& attempt);
  void check_code(const AttemptPtr& attempt);
  void let_in(const AttemptPtr& attempt);
  void list(Exchange& exchange);
  void end_one(Exchange& exchange);
  void who(Exchange& exchange);
  void sign_out(const std::shared_ptr<Exchange>& exchange);

  Parts& parts_;
  SignInBudget budget_;
  /// Compared with when there is no such user, so that the time tells nothing.
  std::string decoy_hash_;
  glib::Scope scope_;
};

/// What names a session to its owner; not enough to use it.
std::string session_id(const store::Session& session);
void write_session(protocol::JsonWriter& writer, const store::Session& session, const std::string& current);

}  // namespace classcast::server
