// SPDX-License-Identifier: MIT
#include "server/api_setup.hpp"

#include "server/credentials.hpp"

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonWriter;

void SetupApi::add_routes(HttpServer& http) {
  http.add({"GET", "/api/v1/setup", Access::open, [this](auto exchange) { show_setup(*exchange); }});
  http.add({"POST", "/api/v1/setup", Access::admin, [this](auto exchange) { set_up(exchange); }});
}

void SetupApi::show_setup(Exchange& exchange) {
  exchange.json(200, JsonWriter()
                         .text("school", parts_.school.value("school.name"))
                         .text("sign_up", parts_.school.value("people.sign_up"))
                         .text("recovery", parts_.mailer.enabled() ? "mail" : "administrator")
                         .boolean("done", parts_.school.value("setup.done") == "yes")
                         .finish());
}

void SetupApi::set_up(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto school = body->text("school");
  auto sign_up = body->text("sign_up");
  auto password = body->optional_text("password");
  if (!complete(*exchange, *body)) return;
  for (auto good : {School::check("school.name", school), School::check("people.sign_up", sign_up)}) {
    if (!good) return exchange->problem(good.error());
  }
  if (parts_.school.value("setup.done") == "yes") {
    return exchange->problem(ErrorId::conflict,
                             "The set-up was finished before; change the settings instead.");
  }
  if (!password) return store_setup(exchange, school, sign_up);
  if (!good_password(*exchange, Secret(*password))) return;
  const auto& me = *exchange->session();
  renew_password(parts_, scope_, exchange, {me.user_id, Secret(*password), me.token_hash},
                 [this, exchange, school, sign_up] { store_setup(exchange, school, sign_up); });
}

void SetupApi::store_setup(const ExchangePtr& exchange, const std::string& school,
                           const std::string& sign_up) {
  std::vector<store::SettingRow> rows = {
      {"school.name", school}, {"people.sign_up", sign_up}, {"setup.done", "yes"}};
  ask(
      parts_.store, scope_, exchange,
      [rows](store::Database& database) { return store::store_settings(database, rows); },
      [this, exchange, rows] {
        for (const auto& [key, value] : rows) parts_.school.set(key, value);
        parts_.audit.note(*exchange, "setup.finish", "", rows.front().second);
        no_content(*exchange);
      });
}

}  // namespace classcast::server
