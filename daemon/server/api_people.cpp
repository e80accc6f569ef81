// SPDX-License-Identifier: MIT
#include "server/api_people.hpp"

#include "server/api_session.hpp"
#include "server/credentials.hpp"
#include "store/personal.hpp"
#include "store/users.hpp"

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonReader;
using protocol::JsonWriter;

namespace {

void write_person(JsonWriter& writer, const store::User& user) {
  writer.integer("id", user.id).text("name", user.name).text("role", store::text(user.role));
}

void write_user(JsonWriter& writer, const store::User& user) {
  write_person(writer, user);
  if (!user.email.empty()) writer.text("email", user.email);
  writer.boolean("disabled", user.disabled).boolean("totp", !user.totp_secret.empty());
  writer.integer("created_ms", user.created_ms).integer("seen_ms", user.seen_ms);
}

std::string user_json(const store::User& user) {
  JsonWriter writer;
  write_user(writer, user);
  return writer.finish();
}

/// Refuses what is no name, no role or no mail address.
Result<void> apply(store::User& user, JsonReader& body) {
  user.name = body.optional_text("name").value_or(user.name);
  user.email = body.optional_text("email").value_or(user.email);
  user.disabled = body.optional_boolean("disabled").value_or(user.disabled);
  auto totp = body.optional_boolean("totp");
  auto role_text = body.optional_text("role");
  if (auto read = body.finish(); !read) return read;
  if (!valid_person_name(user.name)) return fail(Errc::invalid, "A name is one line of 1 to 64 bytes.");
  if (!valid_email(user.email)) return fail(Errc::invalid, "The mail address is not usable.");
  if (totp.value_or(false))
    return fail(Errc::invalid, "Only its owner begins one-time codes; false ends them.");
  if (totp) user.totp_secret.clear();
  auto role = role_text ? store::parse_role(*role_text) : std::optional(user.role);
  if (!role)
    return fail(Errc::invalid, "\"role\" is admin, principal, teacher, assistant, student or guest.");
  user.role = *role;
  return {};
}

std::string personal_json(const std::vector<store::PersonalSection>& data) {
  JsonWriter writer;
  for (const auto& section : data) {
    writer.objects(section.name, section.rows, [&section](JsonWriter& row_writer, const store::Row& row) {
      for (std::size_t i = 0; i < section.columns.size(); ++i) {
        if (row.null(i)) continue;
        if (row.is_text(i)) {
          row_writer.text(section.columns[i], row.text(i));
        } else {
          row_writer.integer(section.columns[i], row.integer(i));
        }
      }
    });
  }
  return writer.finish();
}

Result<store::User> known_user(store::Database& database, std::int64_t id) {
  auto user = store::find_user(database, id);
  if (!user) return fail(user);
  if (!*user) return fail(Errc::not_found, "There is no such person.");
  return std::move(**user);
}

/// Somebody must be left who can administer.
Result<void> keep_administrator(store::Database& database, const store::User& before, bool stays) {
  if (before.role != store::Role::admin || before.disabled || stays) return {};
  auto others = store::count_other_administrators(database, before.id);
  if (!others) return fail(others);
  if (*others == 0) return fail(Errc::conflict, "This is the last administrator.");
  return {};
}

}  // namespace

void PeopleApi::add_routes(HttpServer& http) {
  auto admin = [&http](const char* method, const char* path, Handler handler) {
    http.add({method, std::string("/api/v1/users") + path, Access::admin, std::move(handler)});
  };
  http.add({"GET", "/api/v1/people", Access::teaching, [this](auto exchange) { search(exchange); }});
  admin("GET", "", [this](auto exchange) { list(exchange); });
  admin("POST", "", [this](auto exchange) { create(exchange); });
  admin("GET", "/{user}", [this](auto exchange) { show(exchange); });
  admin("PATCH", "/{user}", [this](auto exchange) { change(exchange); });
  admin("DELETE", "/{user}", [this](auto exchange) { remove(exchange); });
  admin("GET", "/{user}/export", [this](auto exchange) { export_one(exchange); });
  admin("GET", "/{user}/sessions", [this](auto exchange) { list_sessions(*exchange); });
  admin("DELETE", "/{user}/sessions", [this](auto exchange) { end_sessions(*exchange); });
}

void PeopleApi::search(const ExchangePtr& exchange) {
  auto part = query_text(*exchange, "q", SessionApi::kMaxNameLength);
  auto limit = part ? query_number(*exchange, "limit", 20, 1, 50) : std::nullopt;
  if (!limit) return;
  store::UserFilter filter{*part, {}, {}, *limit};
  ask(
      parts_.store, scope_, exchange,
      [filter](store::Database& database) { return store::list_users(database, filter); },
      [exchange](const std::vector<store::User>& users) {
        exchange->json(200, JsonWriter().objects("people", users, write_person).finish());
      });
}

void PeopleApi::list(const ExchangePtr& exchange) {
  auto part = query_text(*exchange, "q", SessionApi::kMaxNameLength);
  auto after = part ? query_text(*exchange, "after", 200) : std::nullopt;
  auto limit = after ? query_number(*exchange, "limit", 100, 1, kMaxPage) : std::nullopt;
  if (!limit) return;
  auto role_text = exchange->query("role");
  auto role = role_text ? store::parse_role(*role_text) : std::nullopt;
  if (role_text && !role) return exchange->problem(ErrorId::bad_request, "There is no such role.");
  store::UserFilter filter{*part, role, *after, *limit + 1};
  ask(
      parts_.store, scope_, exchange,
      [filter](store::Database& database) { return store::list_users(database, filter); },
      [exchange, limit = static_cast<std::size_t>(*limit)](std::vector<store::User> users) {
        bool more = users.size() > limit;
        if (more) users.pop_back();
        JsonWriter writer;
        writer.objects("users", users, write_user);
        if (more) writer.text("next", store::name_key(users.back().name));
        exchange->json(200, writer.finish());
      });
}

void PeopleApi::create(const ExchangePtr& exchange) {
  if (idempotency_.answered(*exchange)) return;
  auto body = json_body(*exchange);
  if (!body) return;
  body->text("name");
  body->text("role");
  auto given = body->optional_text("password");
  store::User user;
  if (auto good = apply(user, *body); !good) return exchange->problem(good.error());
  auto password = given ? Secret(*given) : random_password();
  if (!good_password(*exchange, password)) return;
  auto queued = parts_.passwords.hash(password, scope_.guard([this, exchange, user, password,
                                                              shown = !given](std::string hash) mutable {
    user.password_hash = std::move(hash);
    parts_.store.run([user](store::Database& database) { return store::add_user(database, user, unix_ms()); },
                     scope_.guard([this, exchange, password, shown](const Result<store::User>& added) {
                       if (!added && added.error().code == Errc::conflict)
                         return exchange->problem(ErrorId::conflict, "This name is taken.");
                       if (!added) return exchange->problem(added.error());
                       parts_.audit.note(*exchange, "user.create", "",
                                         fmt::format("{} as {}", added->name, store::text(added->role)));
                       JsonWriter writer;
                       writer.object("user", [&](JsonWriter& w) { write_user(w, *added); });
                       if (shown) writer.text("password", password.reveal());
                       idempotency_.answer(*exchange, 201, writer.finish());
                     }));
  }));
  if (!queued) exchange->problem(queued.error());
}

void PeopleApi::show(const ExchangePtr& exchange) {
  auto id = path_number(*exchange, "user");
  if (!id) return;
  ask(
      parts_.store, scope_, exchange,
      [id = *id](store::Database& database) { return known_user(database, id); },
      [exchange](const store::User& user) { exchange->json(200, user_json(user)); });
}

void PeopleApi::change(const ExchangePtr& exchange) {
  auto id = path_number(*exchange, "user");
  auto body = id ? json_body(*exchange) : std::nullopt;
  if (!body) return;
  store::User checked{*id, "checked", store::Role::guest, {}};
  if (auto good = apply(checked, *body); !good) return exchange->problem(good.error());
  parts_.store.run(
      [id = *id, text = std::string(exchange->body())](store::Database& database) -> Result<store::User> {
        auto transaction = store::Transaction::begin(database);
        if (!transaction) return fail(transaction);
        auto user = known_user(database, id);
        if (!user) return user;
        auto before = *user;
        auto again = JsonReader::parse(text);
        if (!again) return fail(again);
        if (auto good = apply(*user, *again); !good) return fail(good);
        bool stays = user->role == store::Role::admin && !user->disabled;
        if (auto kept = keep_administrator(database, before, stays); !kept) return fail(kept);
        if (auto done = store::update_user(database, *user); !done) return fail(done);
        if (auto committed = transaction->commit(); !committed) return fail(committed);
        return user;
      },
      scope_.guard([this, exchange](const Result<store::User>& user) {
        if (user) return changed(exchange, *user);
        bool taken = user.error().code == Errc::conflict && user.error().message == store::kExists;
        if (taken) return exchange->problem(ErrorId::conflict, "This name is taken.");
        exchange->problem(user.error());
      }));
}

void PeopleApi::changed(const ExchangePtr& exchange, const store::User& user) {
  parts_.sessions.update_user(user.id, user.name, user.role);
  parts_.tokens.update_user(user.id, user.name, user.role);
  parts_.rooms.rename_owner(user.id, user.name);
  if (user.disabled) {
    parts_.sessions.remove_of_user(user.id);
    parts_.tokens.remove_of_user(user.id);
  }
  parts_.hub.rights_changed(user.id);
  parts_.relay.evict(media_subject(user.id), "");
  parts_.audit.note(
      *exchange, "user.change", "",
      fmt::format("{} is {}{}", user.name, store::text(user.role), user.disabled ? ", disabled" : ""));
  exchange->json(200, user_json(user));
}

void PeopleApi::export_one(const ExchangePtr& exchange) {
  auto id = path_number(*exchange, "user");
  if (!id) return;
  ask(
      parts_.store, scope_, exchange,
      [id = *id](store::Database& database) { return store::personal_data(database, id); },
      [this, exchange, id = *id](const std::vector<store::PersonalSection>& data) {
        parts_.audit.note(*exchange, "user.export", "", fmt::format("user {}", id));
        exchange->answer({200,
                          "application/json",
                          personal_json(data),
                          {},
                          {{"Content-Disposition", "attachment; filename=\"person.json\""}}});
      });
}

void PeopleApi::remove(const ExchangePtr& exchange) {
  auto id = path_number(*exchange, "user");
  if (!id) return;
  bool messages = exchange->query("messages") == "true";
  ask(
      parts_.store, scope_, exchange,
      [id = *id, messages](store::Database& database) -> Result<store::User> {
        auto transaction = store::Transaction::begin(database);
        if (!transaction) return fail(transaction);
        auto user = known_user(database, id);
        if (!user) return user;
        if (auto kept = keep_administrator(database, *user, false); !kept) return fail(kept);
        auto unwritten = messages ? store::remove_messages_of(database, id) : Result<std::int64_t>(0);
        if (!unwritten) return fail(unwritten);
        if (auto removed = store::remove_user(database, id); !removed) return fail(removed);
        if (auto committed = transaction->commit(); !committed) return fail(committed);
        return user;
      },
      [this, exchange, messages](const store::User& user) {
        parts_.sessions.remove_of_user(user.id);
        parts_.tokens.remove_of_user(user.id);
        parts_.members.remove_user(user.id);
        parts_.relay.evict(media_subject(user.id), "");
        parts_.audit.note(*exchange, "user.delete", "", user.name + (messages ? ", with all messages" : ""));
        no_content(*exchange);
      });
}

void PeopleApi::list_sessions(Exchange& exchange) {
  auto id = path_number(exchange, "user");
  if (!id) return;
  auto all = parts_.sessions.list_of_user(*id);
  const auto& current = exchange.session()->token_hash;
  exchange.json(
      200, JsonWriter()
               .objects("sessions", all,
                        [&](JsonWriter& w, const store::Session& one) { write_session(w, one, current); })
               .finish());
}

void PeopleApi::end_sessions(Exchange& exchange) {
  auto id = path_number(exchange, "user");
  if (!id) return;
  auto ended = parts_.sessions.remove_of_user(*id);
  parts_.audit.note(exchange, "user.sign_out", "", fmt::format("user {}: {} sessions", *id, ended));
  no_content(exchange);
}

}  // namespace classcast::server
