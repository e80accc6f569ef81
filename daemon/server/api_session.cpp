// SPDX-License-Identifier: MIT
#include "server/api_session.hpp"

#include "base/strings.hpp"
#include "glib/log.hpp"
#include "server/totp.hpp"
#include "store/users.hpp"

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonWriter;

namespace {

constexpr const char* kWrong = "The name or the password is wrong.";

std::string session_json(const store::Session& session) {
  return JsonWriter()
      .object("user",
              [&](JsonWriter& user) {
                user.integer("id", session.user_id).text("name", session.user_name);
                user.text("role", store::text(session.role));
              })
      .text("csrf", session.csrf)
      .finish();
}

/// `__Host-` asks for Secure, Path=/ and no Domain (RFC 6265bis §4.1.3.2).
std::string set_cookie(const std::string& token, std::int64_t max_age_s) {
  return fmt::format("{}={}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=Strict", Sessions::kCookie, token,
                     max_age_s);
}

std::string browser_of(const Exchange& exchange) {
  constexpr std::size_t kMaxBytes = 200;
  return printable(exchange.header("User-Agent")).substr(0, kMaxBytes);
}

}  // namespace

std::string session_id(const store::Session& session) {
  constexpr std::size_t kLength = 16;
  return session.token_hash.substr(0, kLength);
}

void write_session(JsonWriter& writer, const store::Session& session, const std::string& current) {
  writer.text("id", session_id(session)).integer("created_ms", session.created_ms);
  writer.integer("seen_ms", session.seen_ms).boolean("current", session.token_hash == current);
  writer.text("address", session.address).text("browser", session.browser);
}

/// One try to sign in, on its way from the store to the hashing threads and back.
struct SessionApi::Attempt {
  ExchangePtr exchange;
  std::string account;
  Secret password;
  std::string code;
  std::optional<store::User> user;
};

SessionApi::SessionApi(Parts& parts) : parts_(parts), decoy_hash_(hash_password(random_password())) {}

void SessionApi::add_routes(HttpServer& http) {
  http.add({"POST", "/api/v1/session", Access::open, [this](auto exchange) { sign_in(exchange); }});
  http.add({"GET", "/api/v1/session", Access::signed_in, [this](auto exchange) { who(*exchange); }});
  http.add({"DELETE", "/api/v1/session", Access::person, [this](auto exchange) { sign_out(exchange); }});
  http.add({"GET", "/api/v1/sessions", Access::person, [this](auto exchange) { list(*exchange); }});
  http.add({"DELETE", "/api/v1/sessions/{session}", Access::person,
            [this](auto exchange) { end_one(*exchange); }});
}

bool SessionApi::throttled(Exchange& exchange, const std::string& account) {
  auto wait = budget_.take(throttle_key(exchange.remote()), account, now());
  if (!wait) return false;
  auto seconds = std::chrono::ceil<std::chrono::seconds>(*wait).count();
  exchange.problem(ErrorId::too_many_requests, "Too many tries; wait a little.",
                   {{"Retry-After", std::to_string(seconds)}});
  return true;
}

void SessionApi::sign_in(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto name = body->text("name");
  Secret password(body->text("password"));
  auto code = body->optional_text("code").value_or("");
  if (!complete(*exchange, *body)) return;
  if (name.size() > kMaxNameLength || password.reveal().size() > kMaxPasswordLength)
    return exchange->problem(ErrorId::invalid_credentials, kWrong);
  auto account = store::name_key(name);
  if (throttled(*exchange, account)) return;
  look_up(std::make_shared<Attempt>(Attempt{exchange, account, std::move(password), code, {}}));
}

void SessionApi::look_up(const AttemptPtr& attempt) {
  ask(
      parts_.store, scope_, attempt->exchange,
      [account = attempt->account](store::Database& database) { return store::find_user(database, account); },
      [this, attempt](std::optional<store::User> user) {
        attempt->user = std::move(user);
        check_password(attempt);
      });
}

void SessionApi::check_password(const AttemptPtr& attempt) {
  auto hash = attempt->user ? attempt->user->password_hash : decoy_hash_;
  auto queued = parts_.passwords.verify(attempt->password, hash, scope_.guard([this, attempt](bool matches) {
    if (matches && attempt->user) return password_fits(attempt);
    glib::log::warning("session", "failed sign-in from {}", attempt->exchange->remote());
    attempt->exchange->problem(ErrorId::invalid_credentials, kWrong);
  }));
  if (!queued) attempt->exchange->problem(queued.error());
}

void SessionApi::password_fits(const AttemptPtr& attempt) {
  if (attempt->user->disabled)
    return attempt->exchange->problem(ErrorId::forbidden, "This account is disabled; ask an administrator.");
  if (attempt->user->totp_secret.empty()) return let_in(attempt);
  check_code(attempt);
}

void SessionApi::check_code(const AttemptPtr& attempt) {
  auto step = totp_step_of(attempt->user->totp_secret, attempt->code, unix_ms() / 1000);
  if (!step) {
    return attempt->exchange->problem(ErrorId::code_required, attempt->code.empty()
                                                                  ? "This account asks for a one-time code."
                                                                  : "The one-time code is wrong.");
  }
  parts_.store.run(
      [id = attempt->user->id, step = *step](store::Database& database) {
        return store::use_totp_step(database, id, step);
      },
      scope_.guard([this, attempt](const Result<void>& used) {
        if (used) return let_in(attempt);
        if (used.error().code != Errc::conflict) return attempt->exchange->problem(used.error());
        attempt->exchange->problem(ErrorId::code_required, "This one-time code was used; wait for the next.");
      }));
}

void SessionApi::let_in(const AttemptPtr& attempt) {
  budget_.give_back(throttle_key(attempt->exchange->remote()), attempt->account);
  open_session(attempt->exchange, *attempt->user, 200);
}

void SessionApi::open_session(const ExchangePtr& exchange, const store::User& user, int status) {
  if (parts_.sessions.full())
    return exchange->problem(ErrorId::unavailable, "Too many people are signed in.");
  auto opened = Sessions::open(user, unix_ms());
  opened.session.address = exchange->remote();
  opened.session.browser = browser_of(*exchange);
  ask(
      parts_.store, scope_, exchange,
      [session = opened.session](store::Database& database) -> Result<void> {
        if (auto added = store::add_session(database, session); !added) return added;
        return store::note_seen(database, session.user_id, session.created_ms);
      },
      [this, exchange, opened, status] {
        parts_.sessions.add(opened.session);
        glib::log::info("session", "{} has signed in from {}", printable(opened.session.user_name),
                        exchange->remote());
        parts_.audit.note({0, unix_ms(), opened.session.user_id, opened.session.user_name, "session.open", "",
                           "", exchange->remote()});
        exchange->answer({status,
                          "application/json",
                          session_json(opened.session),
                          {},
                          {{"Set-Cookie", set_cookie(opened.token, Sessions::kAbsoluteMs / 1000)}}});
      });
}

void SessionApi::who(Exchange& exchange) {
  exchange.json(200, session_json(*exchange.session()));
}

void SessionApi::sign_out(const ExchangePtr& exchange) {
  const auto& session = *exchange->session();
  glib::log::info("session", "{} has signed out", printable(session.user_name));
  // on_ended takes it out of the database and closes its channels.
  parts_.sessions.remove(session.token_hash);
  exchange->answer({204, "", "", {}, {{"Set-Cookie", set_cookie("", 0)}}});
}

void SessionApi::list(Exchange& exchange) {
  auto mine = parts_.sessions.list_of_user(exchange.session()->user_id);
  const auto& current = exchange.session()->token_hash;
  exchange.json(
      200, JsonWriter()
               .objects("sessions", mine,
                        [&](JsonWriter& w, const store::Session& one) { write_session(w, one, current); })
               .finish());
}

void SessionApi::end_one(Exchange& exchange) {
  for (const auto& session : parts_.sessions.list_of_user(exchange.session()->user_id)) {
    if (session_id(session) != exchange.parameter("session")) continue;
    parts_.sessions.remove(session.token_hash);
    return no_content(exchange);
  }
  exchange.problem(ErrorId::not_found, "There is no such session.");
}

}  // namespace classcast::server
