// SPDX-License-Identifier: MIT
#include "server/api_account.hpp"

#include "base/strings.hpp"
#include "server/api_keys.hpp"
#include "server/credentials.hpp"
#include "server/totp.hpp"
#include "store/invitations.hpp"
#include "store/users.hpp"

#include <algorithm>

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonWriter;

namespace {

std::string account_json(const store::User& user) {
  JsonWriter writer;
  writer.integer("id", user.id).text("name", user.name).text("role", store::text(user.role));
  if (!user.email.empty()) writer.text("email", user.email);
  return writer.boolean("totp", !user.totp_secret.empty()).integer("created_ms", user.created_ms).finish();
}

}  // namespace

/// Somebody who signs up.
struct AccountApi::Newcomer {
  store::User user;
  /// SHA-256 of the invitation's code; empty without one.
  std::string code_hash;
};

void AccountApi::add_routes(HttpServer& http) {
  auto person = [&http](const char* method, const char* path, Handler handler) {
    http.add({method, std::string("/api/v1/account") + path, Access::person, std::move(handler)});
  };
  http.add({"POST", "/api/v1/account", Access::open, [this](auto exchange) { sign_up(exchange); }});
  person("GET", "", [this](auto exchange) { show(exchange); });
  person("PATCH", "", [this](auto exchange) { change(exchange); });
  person("POST", "/password", [this](auto exchange) { change_password(exchange); });
  person("POST", "/totp", [this](auto exchange) { begin_totp(exchange); });
  person("PUT", "/totp", [this](auto exchange) { confirm_totp(exchange); });
  person("DELETE", "/totp", [this](auto exchange) { end_totp(exchange); });
}

void AccountApi::sign_up(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  Newcomer newcomer;
  newcomer.user.name = body->text("name");
  Secret password(body->text("password"));
  newcomer.user.email = body->optional_text("email").value_or("");
  auto code = body->optional_text("invitation").value_or("");
  if (!complete(*exchange, *body)) return;
  if (!valid_person_name(newcomer.user.name) || !valid_email(newcomer.user.email))
    return exchange->problem(ErrorId::bad_request, "The name or the mail address is not usable.");
  if (!good_password(*exchange, password) || sessions_.throttled(*exchange, "")) return;
  auto mode = parts_.school.value("people.sign_up");
  if (mode == "closed" || (mode == "invitation" && code.empty())) {
    return exchange->problem(ErrorId::sign_up_closed, mode == "closed"
                                                          ? "Only administrators make accounts here."
                                                          : "An account needs an invitation here.");
  }
  if (!code.empty()) newcomer.code_hash = sha256_hex(spelled_code(code));
  newcomer.user.role = store::Role::student;
  auto queued =
      parts_.passwords.hash(password, scope_.guard([this, exchange, newcomer](std::string hash) mutable {
        newcomer.user.password_hash = std::move(hash);
        store_newcomer(exchange, newcomer);
      }));
  if (!queued) exchange->problem(queued.error());
}

namespace {

struct Welcomed {
  store::User user;
  std::vector<store::Member> members;
};

/// The account, and with an invitation its role and its rooms.
Result<Welcomed> store_account(store::Database& database, store::User user, const std::string& code_hash) {
  auto transaction = store::Transaction::begin(database);
  if (!transaction) return fail(transaction);
  store::Invitation invitation;
  if (!code_hash.empty()) {
    auto used = store::use_invitation(database, code_hash, unix_ms());
    if (!used) return fail(used);
    invitation = std::move(*used);
    user.role = invitation.role;
  }
  auto added = store::add_user(database, std::move(user), unix_ms());
  if (!added) return fail(added);
  Welcomed welcomed{std::move(*added), {}};
  for (const auto& room : invitation.rooms) {
    store::Member member{*RoomId::parse(room), welcomed.user.id, store::Membership::member};
    if (auto set = store::set_member(database, member); !set) return fail(set);
    welcomed.members.push_back(member);
  }
  if (auto committed = transaction->commit(); !committed) return fail(committed);
  return welcomed;
}

}  // namespace

void AccountApi::store_newcomer(const ExchangePtr& exchange, const Newcomer& newcomer) {
  parts_.store.run(
      [newcomer](store::Database& database) {
        return store_account(database, newcomer.user, newcomer.code_hash);
      },
      scope_.guard([this, exchange](const Result<Welcomed>& welcomed) {
        if (!welcomed && welcomed.error().code == Errc::conflict)
          return exchange->problem(ErrorId::conflict, "This name is taken.");
        if (!welcomed) return exchange->problem(welcomed.error());
        for (const auto& member : welcomed->members) parts_.members.set(member);
        parts_.audit.note(*exchange, "account.sign_up", "", welcomed->user.name);
        sessions_.open_session(exchange, welcomed->user, 201);
      }));
}

void AccountApi::myself(const ExchangePtr& exchange, With done) {
  ask(
      parts_.store, scope_, exchange,
      [id = exchange->session()->user_id](store::Database& database) {
        return store::find_user(database, id);
      },
      [exchange, done = std::move(done)](const std::optional<store::User>& user) {
        if (!user) return exchange->problem(ErrorId::not_found, "The account is gone.");
        done(*user);
      });
}

void AccountApi::proven(const ExchangePtr& exchange, Secret password, With done) {
  if (sessions_.throttled(*exchange, store::name_key(exchange->session()->user_name))) return;
  if (password.reveal().size() > kMaxPasswordLength)
    return exchange->problem(ErrorId::invalid_credentials, "The password is wrong.");
  myself(exchange,
         [this, exchange, password = std::move(password), done = std::move(done)](const auto& user) {
           auto queued = parts_.passwords.verify(
               password, user.password_hash, scope_.guard([exchange, done, user](bool matches) {
                 if (matches) return done(user);
                 exchange->problem(ErrorId::invalid_credentials, "The password is wrong.");
               }));
           if (!queued) exchange->problem(queued.error());
         });
}

void AccountApi::show(const ExchangePtr& exchange) {
  myself(exchange, [exchange](const auto& user) { exchange->json(200, account_json(user)); });
}

void AccountApi::change(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto email = body->optional_text("email");
  if (!complete(*exchange, *body)) return;
  if (email && !valid_email(*email))
    return exchange->problem(ErrorId::bad_request, "The mail address is not usable.");
  myself(exchange, [this, exchange, email](store::User user) {
    user.email = email.value_or(user.email);
    ask(
        parts_.store, scope_, exchange,
        [user](store::Database& database) { return store::update_user(database, user); },
        [exchange, user] { exchange->json(200, account_json(user)); });
  });
}

void AccountApi::change_password(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  Secret old(body->text("old"));
  Secret fresh(body->text("new"));
  if (!complete(*exchange, *body) || !good_password(*exchange, fresh)) return;
  proven(exchange, old, [this, exchange, fresh](const store::User& user) {
    renew_password(parts_, scope_, exchange, {user.id, fresh, exchange->session()->token_hash},
                   [this, exchange] {
                     parts_.audit.note(*exchange, "account.password");
                     no_content(*exchange);
                   });
  });
}

void AccountApi::begin_totp(const ExchangePtr& exchange) {
  myself(exchange, [this, exchange](const store::User& user) {
    if (!user.totp_secret.empty())
      return exchange->problem(ErrorId::conflict, "One-time codes are in use; end them first.");
    auto secret = make_totp_secret();
    ask(
        parts_.store, scope_, exchange,
        [id = user.id, secret](store::Database& database) {
          return store::set_totp(database, id, "", secret);
        },
        [this, exchange, secret, name = user.name] {
          exchange->json(201, JsonWriter()
                                  .text("secret", secret)
                                  .text("uri", totp_uri(secret, parts_.school.value("school.name"), name))
                                  .finish());
        });
  });
}

void AccountApi::confirm_totp(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto code = body->text("code");
  if (!complete(*exchange, *body)) return;
  if (sessions_.throttled(*exchange, store::name_key(exchange->session()->user_name))) return;
  myself(exchange, [this, exchange, code](const store::User& user) {
    if (user.totp_pending.empty())
      return exchange->problem(ErrorId::not_found, "There is nothing to confirm; begin first.");
    if (!totp_step_of(user.totp_pending, code, unix_ms() / 1000))
      return exchange->problem(ErrorId::code_required, "The one-time code is wrong.");
    ask(
        parts_.store, scope_, exchange,
        [user](store::Database& database) {
          return store::set_totp(database, user.id, user.totp_pending, "");
        },
        [this, exchange] {
          parts_.audit.note(*exchange, "account.totp", "", "on");
          no_content(*exchange);
        });
  });
}

void AccountApi::end_totp(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  Secret password(body->text("password"));
  if (!complete(*exchange, *body)) return;
  proven(exchange, password, [this, exchange](const store::User& user) {
    ask(
        parts_.store, scope_, exchange,
        [id = user.id](store::Database& database) { return store::set_totp(database, id, "", ""); },
        [this, exchange] {
          parts_.audit.note(*exchange, "account.totp", "", "off");
          no_content(*exchange);
        });
  });
}

}  // namespace classcast::server
