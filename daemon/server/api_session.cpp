// SPDX-License-Identifier: MIT
#include "server/api_session.hpp"

#include "base/strings.hpp"
#include "glib/log.hpp"
#include "protocol/json.hpp"
#include "store/users.hpp"

namespace classcast::server {

using protocol::ErrorId;

namespace {

std::string session_json(const store::Session& session) {
  return protocol::JsonWriter()
      .object("user",
              [&](protocol::JsonWriter& user) {
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

}  // namespace

/// One try to sign in, on its way from the store to the hashing threads and back.
struct SessionApi::Attempt {
  std::shared_ptr<Exchange> exchange;
  std::string account;
  Secret password;
  std::optional<store::User> user;
};

SessionApi::SessionApi(Sessions& sessions, store::StoreThread& store, PasswordWorkers& passwords)
    : sessions_(sessions),
      store_(store),
      passwords_(passwords),
      decoy_hash_(hash_password(random_password())) {}

void SessionApi::add_routes(HttpServer& http) {
  http.add({"POST", "/api/v1/session", Access::open, [this](auto exchange) { sign_in(exchange); }});
  http.add({"GET", "/api/v1/session", Access::signed_in, [this](auto exchange) { who(*exchange); }});
  http.add({"DELETE", "/api/v1/session", Access::signed_in, [this](auto exchange) { sign_out(exchange); }});
}

bool SessionApi::throttled(Exchange& exchange, const std::string& account) {
  auto by_address = per_address_.take(throttle_key(exchange.remote()), now());
  auto by_account = per_account_.take(account, now());
  if (!by_address && !by_account) return false;
  auto wait = std::max(by_address.value_or(0s), by_account.value_or(0s));
  auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  exchange.problem(ErrorId::too_many_requests, "Too many tries to sign in; wait a little.",
                   {{"Retry-After", std::to_string(seconds)}});
  return true;
}

void SessionApi::sign_in(const std::shared_ptr<Exchange>& exchange) {
  if (exchange->content_type() != "application/json") {
    return exchange->problem(ErrorId::unsupported_media_type, "The body must be application/json.");
  }
  auto body = protocol::JsonReader::parse(exchange->body());
  if (!body) return exchange->problem(body.error());
  auto name = body->text("name");
  Secret password(body->text("password"));
  if (auto read = body->finish(); !read) return exchange->problem(read.error());
  if (name.size() > kMaxNameLength || password.reveal().size() > kMaxPasswordLength) {
    return exchange->problem(ErrorId::invalid_credentials, "The name or the password is wrong.");
  }
  auto account = lower(name);
  if (throttled(*exchange, account)) return;
  look_up(std::make_shared<Attempt>(Attempt{exchange, account, std::move(password), {}}));
}

void SessionApi::look_up(const AttemptPtr& attempt) {
  store_.run(
      [account = attempt->account](store::Database& database) { return store::find_user(database, account); },
      scope_.guard([this, attempt](Result<std::optional<store::User>> user) {
        if (!user) return attempt->exchange->problem(user.error());
        attempt->user = std::move(*user);
        check_password(attempt);
      }));
}

void SessionApi::check_password(const AttemptPtr& attempt) {
  auto hash = attempt->user ? attempt->user->password_hash : decoy_hash_;
  auto queued = passwords_.verify(attempt->password, hash, scope_.guard([this, attempt](bool matches) {
    if (matches && attempt->user) return open_session(attempt);
    glib::log::warning("session", "failed sign-in from {}", attempt->exchange->remote());
    attempt->exchange->problem(ErrorId::invalid_credentials, "The name or the password is wrong.");
  }));
  if (!queued) attempt->exchange->problem(queued.error());
}

void SessionApi::open_session(const AttemptPtr& attempt) {
  per_address_.give_back(throttle_key(attempt->exchange->remote()));
  per_account_.give_back(attempt->account);
  if (sessions_.full())
    return attempt->exchange->problem(ErrorId::unavailable, "Too many people are signed in.");
  auto opened = Sessions::open(*attempt->user, unix_ms());
  auto session = opened.session;
  store_.run([session](store::Database& database) { return store::add_session(database, session); },
             scope_.guard([this, attempt, opened = std::move(opened)](const Result<void>& stored) {
               auto& exchange = *attempt->exchange;
               if (!stored) return exchange.problem(stored.error());
               sessions_.add(opened.session);
               glib::log::info("session", "{} has signed in from {}", printable(opened.session.user_name),
                               exchange.remote());
               exchange.answer({200,
                                "application/json",
                                session_json(opened.session),
                                {},
                                {{"Set-Cookie", set_cookie(opened.token, Sessions::kAbsoluteMs / 1000)}}});
             }));
}

void SessionApi::who(Exchange& exchange) {
  exchange.json(200, session_json(*exchange.session()));
}

void SessionApi::sign_out(const std::shared_ptr<Exchange>& exchange) {
  const auto& session = *exchange->session();
  glib::log::info("session", "{} has signed out", printable(session.user_name));
  // on_ended takes it out of the database and closes its channels.
  sessions_.remove(session.token_hash);
  exchange->answer({204, "", "", {}, {{"Set-Cookie", set_cookie("", 0)}}});
}

}  // namespace classcast::server
