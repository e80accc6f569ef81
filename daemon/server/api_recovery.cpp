// SPDX-License-Identifier: MIT
#include "server/api_recovery.hpp"

#include "base/random.hpp"
#include "base/strings.hpp"
#include "glib/log.hpp"
#include "server/credentials.hpp"
#include "store/invitations.hpp"

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonWriter;

namespace {

std::string make_token() {
  constexpr std::size_t kTokenBytes = 24;
  return random_hex(kTokenBytes);
}

/// Whose account it is: by name, or by the address that it has.
Result<std::vector<store::User>> people_called(store::Database& database, const std::string& called) {
  auto user = store::find_user(database, called);
  if (!user) return fail(user);
  if (*user) return std::vector{**user};
  return store::list_users_by_email(database, called);
}

}  // namespace

void RecoveryApi::add_routes(HttpServer& http) {
  http.add({"POST", "/api/v1/recovery", Access::open, [this](auto exchange) { ask_for_link(exchange); }});
  http.add({"PUT", "/api/v1/recovery", Access::open, [this](auto exchange) { use_link(exchange); }});
  http.add({"POST", "/api/v1/users/{user}/recovery", Access::admin,
            [this](auto exchange) { hand_link(exchange); }});
}

void RecoveryApi::ask_for_link(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto name = body->text("name");
  if (!complete(*exchange, *body) || sessions_.throttled(*exchange, "")) return;
  // The row is what an administrator looks for. Neither the answer nor its time tells anything about the
  // name: it goes out before anybody looks.
  constexpr std::size_t kShown = 64;
  parts_.audit.note(*exchange, "recovery.ask", "", printable(name).substr(0, kShown));
  exchange->answer({202, "", "", {}, {}});
  if (!parts_.mailer.enabled() || name.size() > kMaxEmail) return;
  parts_.store.run([name](store::Database& database) { return people_called(database, name); },
                   scope_.guard([this](const Result<std::vector<store::User>>& people) {
                     if (people) return mail_links(*people);
                     glib::log::warning("mail", "nobody was looked up for a new password: {}",
                                        people.error().message);
                   }));
}

void RecoveryApi::mail_links(const std::vector<store::User>& people) {
  for (const auto& user : people) {
    bool may = !user.email.empty() && !user.disabled;
    if (may && !mails_.take(std::to_string(user.id), now())) mail_link(user);
  }
}

void RecoveryApi::mail_link(const store::User& user) {
  auto token = make_token();
  auto mail = recovery_mail(user.email, user.name, parts_.school.value("school.name"),
                            parts_.settings.public_url + "/recover#" + token);
  parts_.store.run(
      [id = user.id, hash = sha256_hex(token)](store::Database& database) {
        return store::add_recovery(database, id, hash, unix_ms() + kMailedMs);
      },
      scope_.guard([this, mail = std::move(mail)](const Result<void>& stored) {
        auto sent = stored ? parts_.mailer.send(mail, parts_.school.value("school.name")) : stored;
        if (!sent)
          glib::log::error("mail", "a link for a new password is not sent: {}", sent.error().message);
      }));
}

void RecoveryApi::use_link(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto token = body->text("token");
  Secret password(body->text("password"));
  if (!complete(*exchange, *body) || !good_password(*exchange, password)) return;
  if (sessions_.throttled(*exchange, "")) return;
  ask(
      parts_.store, scope_, exchange,
      [hash = sha256_hex(token)](store::Database& database) {
        return store::use_recovery(database, hash, unix_ms());
      },
      [this, exchange, password](std::int64_t user) {
        renew_password(parts_, scope_, exchange, {user, password, ""}, [this, exchange, user] {
          parts_.audit.note(*exchange, "recovery.use", "", fmt::format("user {}", user));
          no_content(*exchange);
        });
      });
}

void RecoveryApi::hand_link(const ExchangePtr& exchange) {
  auto id = path_number(*exchange, "user");
  if (!id) return;
  auto token = make_token();
  auto expires_ms = unix_ms() + kHandedMs;
  parts_.store.run(
      [id = *id, hash = sha256_hex(token), expires_ms](store::Database& database) {
        return store::add_recovery(database, id, hash, expires_ms);
      },
      scope_.guard([this, exchange, id = *id, token, expires_ms](const Result<void>& stored) {
        if (!stored && stored.error().code == Errc::not_found)
          return exchange->problem(ErrorId::not_found, "There is no such person.");
        if (!stored) return exchange->problem(stored.error());
        parts_.audit.note(*exchange, "recovery.make", "", fmt::format("user {}", id));
        exchange->json(201, JsonWriter()
                                .text("path", "/recover#" + token)
                                .text("token", token)
                                .integer("expires_ms", expires_ms)
                                .finish());
      }));
}

}  // namespace classcast::server
