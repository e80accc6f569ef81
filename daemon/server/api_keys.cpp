// SPDX-License-Identifier: MIT
#include "server/api_keys.hpp"

#include "base/random.hpp"
#include "base/strings.hpp"
#include "glib/log.hpp"
#include "server/credentials.hpp"
#include "store/invitations.hpp"

#include <cctype>

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonWriter;

namespace {

void write_invitation(JsonWriter& writer, const store::Invitation& invitation) {
  writer.integer("id", invitation.id).text("role", store::text(invitation.role));
  writer.integer("uses_left", invitation.uses_left).integer("expires_ms", invitation.expires_ms);
  writer.integer("created_ms", invitation.created_ms).texts("rooms", invitation.rooms);
  if (!invitation.note.empty()) writer.text("note", invitation.note);
}

void write_token(JsonWriter& writer, const store::ApiToken& token) {
  writer.integer("id", token.id).text("name", token.name).boolean("read_only", token.read_only);
  writer.integer("created_ms", token.created_ms).integer("expires_ms", token.expires_ms);
  writer.integer("seen_ms", token.seen_ms);
}

bool within(std::int64_t value, std::int64_t least, std::int64_t most) {
  return value >= least && value <= most;
}

}  // namespace

std::string short_code() {
  constexpr std::string_view kAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  Buffer random(8);
  random_fill(random);
  std::string code;
  for (std::size_t i = 0; i < random.size(); ++i) {
    if (i == 4) code += '-';
    code += kAlphabet[random[i] % kAlphabet.size()];
  }
  return code;
}

std::string spelled_code(std::string_view typed) {
  std::string code;
  for (char c : typed) {
    if (c != '-' && c != ' ') code += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return code;
}

void KeysApi::add_routes(HttpServer& http) {
  http.add(
      {"GET", "/api/v1/invitations", Access::admin, [this](auto exchange) { list_invitations(exchange); }});
  http.add({"POST", "/api/v1/invitations", Access::admin, [this](auto exchange) { invite(exchange); }});
  http.add({"DELETE", "/api/v1/invitations/{invitation}", Access::admin,
            [this](auto exchange) { withdraw(exchange); }});
  http.add({"GET", "/api/v1/tokens", Access::person, [this](auto exchange) { list_tokens(*exchange); }});
  http.add({"POST", "/api/v1/tokens", Access::person, [this](auto exchange) { make_token(exchange); }});
  http.add({"DELETE", "/api/v1/tokens/{token}", Access::person,
            [this](auto exchange) { revoke_token(exchange); }});
}

void KeysApi::list_invitations(const ExchangePtr& exchange) {
  ask(
      parts_.store, scope_, exchange,
      [](store::Database& database) { return store::list_invitations(database, unix_ms()); },
      [exchange](const std::vector<store::Invitation>& invitations) {
        exchange->json(200, JsonWriter().objects("invitations", invitations, write_invitation).finish());
      });
}

void KeysApi::invite(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto now_ms = unix_ms();
  auto role = store::parse_role(body->text("role"));
  store::Invitation invitation;
  invitation.uses_left = body->optional_integer("uses").value_or(1);
  invitation.expires_ms = body->optional_integer("expires_ms").value_or(now_ms + 7 * kDayMs);
  invitation.rooms = body->optional_texts("rooms");
  invitation.note = body->optional_text("note").value_or("");
  auto email = body->optional_text("email").value_or("");
  invitation.created_ms = now_ms;
  if (!complete(*exchange, *body)) return;
  bool good = role && within(invitation.uses_left, 1, 1000) &&
              within(invitation.expires_ms, now_ms, now_ms + kYearMs) &&
              invitation.rooms.size() <= kMaxRooms &&
              (invitation.note.empty() || valid_line(invitation.note, 200));
  if (!good) {
    return exchange->problem(
        ErrorId::bad_request,
        "\"role\" is a role, \"uses\" 1 to 1000, \"expires_ms\" within a year, \"rooms\" at "
        "most 100, \"note\" one line of at most 200 characters.");
  }
  if (!valid_email(email)) return exchange->problem(ErrorId::bad_request, "The mail address is not usable.");
  if (!email.empty() && !parts_.mailer.enabled())
    return exchange->problem(ErrorId::conflict, "This server sends no mail; hand the code over yourself.");
  invitation.role = *role;
  auto code = short_code();
  ask(
      parts_.store, scope_, exchange,
      [invitation, hash = sha256_hex(spelled_code(code))](store::Database& database) {
        return store::add_invitation(database, invitation, hash);
      },
      [this, exchange, invitation, code, email](std::int64_t id) {
        parts_.audit.note(*exchange, "invitation.create", "",
                          fmt::format("{} × {}", invitation.uses_left, store::text(invitation.role)));
        JsonWriter writer;
        writer.integer("id", id).text("code", code).integer("expires_ms", invitation.expires_ms);
        if (!email.empty()) writer.boolean("mailed", mail_invitation(email, code));
        exchange->json(201, writer.finish());
      });
}

bool KeysApi::mail_invitation(const std::string& email, const std::string& code) {
  auto school = parts_.school.value("school.name");
  auto link = parts_.settings.public_url + "/sign-up#" + code;
  auto queued = parts_.mailer.send(invitation_mail(email, school, link), school);
  if (!queued) glib::log::warning("mail", "an invitation is not mailed: {}", queued.error().message);
  return queued.has_value();
}

void KeysApi::withdraw(const ExchangePtr& exchange) {
  auto id = path_number(*exchange, "invitation");
  if (!id) return;
  ask(
      parts_.store, scope_, exchange,
      [id = *id](store::Database& database) { return store::remove_invitation(database, id); },
      [this, exchange, id = *id] {
        parts_.audit.note(*exchange, "invitation.withdraw", "", fmt::format("invitation {}", id));
        no_content(*exchange);
      });
}

void KeysApi::list_tokens(Exchange& exchange) {
  auto mine = parts_.tokens.list_of_user(exchange.session()->user_id);
  exchange.json(200, JsonWriter().objects("tokens", mine, write_token).finish());
}

void KeysApi::make_token(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto now_ms = unix_ms();
  const auto& who = *exchange->session();
  auto text = ApiTokens::make();
  store::ApiToken token{0, sha256_hex(text), who.user_id, who.user_name, who.role};
  token.name = body->text("name");
  token.read_only = body->optional_boolean("read_only").value_or(false);
  token.created_ms = now_ms;
  token.expires_ms = body->optional_integer("expires_ms").value_or(now_ms + 90 * kDayMs);
  if (!complete(*exchange, *body)) return;
  if (!valid_line(token.name, 100) || !within(token.expires_ms, now_ms, now_ms + kYearMs))
    return exchange->problem(ErrorId::bad_request, "A token needs a name and ends within a year.");
  bool many = parts_.tokens.list_of_user(who.user_id).size() >= ApiTokens::kMaxPerPerson;
  if (many || parts_.tokens.full())
    return exchange->problem(ErrorId::conflict, "There are too many tokens; revoke some.");
  ask(
      parts_.store, scope_, exchange,
      [token](store::Database& database) { return store::add_api_token(database, token); },
      [this, exchange, token, text](std::int64_t id) mutable {
        token.id = id;
        parts_.tokens.add(token);
        parts_.audit.note(*exchange, "token.create", "", token.name);
        exchange->json(201, JsonWriter().integer("id", id).text("token", text).finish());
      });
}

void KeysApi::revoke_token(const ExchangePtr& exchange) {
  auto id = path_number(*exchange, "token");
  if (!id) return;
  auto user = exchange->session()->user_id;
  ask(
      parts_.store, scope_, exchange,
      [user, id = *id](store::Database& database) { return store::remove_api_token(database, user, id); },
      [this, exchange, user, id = *id] {
        parts_.tokens.remove(user, id);
        parts_.audit.note(*exchange, "token.revoke", "", fmt::format("token {}", id));
        no_content(*exchange);
      });
}

}  // namespace classcast::server
