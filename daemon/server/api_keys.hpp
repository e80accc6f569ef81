// SPDX-License-Identifier: MIT
// /api/v1/invitations and /tokens: codes that make accounts, and keys for scripts.
#pragma once

#include "server/api.hpp"
#include "server/http.hpp"
#include "server/parts.hpp"

namespace classcast::server {

class KeysApi {
 public:
  static constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
  static constexpr std::int64_t kYearMs = 366 * kDayMs;
  static constexpr std::size_t kMaxRooms = 100;

  explicit KeysApi(Parts& parts) : parts_(parts) {}
  void add_routes(HttpServer& http);

 private:
  void list_invitations(const ExchangePtr& exchange);
  void invite(const ExchangePtr& exchange);
  /// False when too many mails wait already.
  bool mail_invitation(const std::string& email, const std::string& code);
  void withdraw(const ExchangePtr& exchange);
  void list_tokens(Exchange& exchange);
  void make_token(const ExchangePtr& exchange);
  void revoke_token(const ExchangePtr& exchange);

  Parts& parts_;
  glib::Scope scope_;
};

/// A code that people type: two groups of four from 32 letters and digits that cannot be mistaken, 40 bits.
std::string short_code();
/// A typed code in its one spelling: upper case, no blanks or dashes.
std::string spelled_code(std::string_view typed);

}  // namespace classcast::server
