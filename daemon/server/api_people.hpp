// SPDX-License-Identifier: MIT
// /api/v1/people and /users: search, and administration of accounts.
#pragma once

#include "server/api.hpp"
#include "server/http.hpp"
#include "server/idempotency.hpp"
#include "server/parts.hpp"
#include "store/users.hpp"

namespace classcast::server {

class PeopleApi {
 public:
  static constexpr std::int64_t kMaxPage = 200;

  explicit PeopleApi(Parts& parts) : parts_(parts) {}
  void add_routes(HttpServer& http);

 private:
  void search(const ExchangePtr& exchange);
  void list(const ExchangePtr& exchange);
  void create(const ExchangePtr& exchange);
  void show(const ExchangePtr& exchange);
  void change(const ExchangePtr& exchange);
  void changed(const ExchangePtr& exchange, const store::User& user);
  void export_one(const ExchangePtr& exchange);
  void remove(const ExchangePtr& exchange);
  void list_sessions(Exchange& exchange);
  void end_sessions(Exchange& exchange);

  Parts& parts_;
  Idempotency idempotency_;
  glib::Scope scope_;
};

}  // namespace classcast::server
