// SPDX-License-Identifier: MIT
#include "server/api_chat.hpp"

#include "server/api_rooms.hpp"

#include <fmt/chrono.h>

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonWriter;

namespace {

void answer_message(const ExchangePtr& exchange, int status, const Result<store::Message>& message) {
  if (!message) return exchange->problem(message.error());
  if (status == 204) return no_content(*exchange);
  exchange->json(status, to_json(*message));
}

}  // namespace

std::string csv_cell(std::string_view text) {
  std::string cell = "\"";
  bool formula = !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  if (formula) cell += '\'';
  for (char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + "\"";
}

std::string utc_text(std::int64_t unix_ms) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(unix_ms / 1000)));
}

std::string chat_as_csv(const std::vector<store::Message>& messages) {
  std::string out = "id,time,author,text,edited,deleted,deleted_by\r\n";
  for (const auto& message : messages) {
    out += fmt::format("{},{},{},{},{},{},{}\r\n", message.id, utc_text(message.created_ms),
                       csv_cell(message.author_name), csv_cell(message.text),
                       message.edited_ms ? utc_text(*message.edited_ms) : "",
                       message.deleted_ms ? utc_text(*message.deleted_ms) : "", csv_cell(message.deleted_by));
  }
  return out;
}

std::string chat_as_text(const std::vector<store::Message>& messages) {
  std::string out;
  for (const auto& message : messages) {
    out += fmt::format("[{}] {}: {}{}\n", utc_text(message.created_ms), message.author_name,
                       message.deleted_ms ? "(deleted)" : message.text, message.edited_ms ? " (edited)" : "");
  }
  return out;
}

void ChatApi::add_routes(HttpServer& http) {
  auto route = [&http](const char* method, const char* path, Right right, Handler handler) {
    http.add({method, std::string("/api/v1/rooms/{room}") + path, Access::room, std::move(handler), right});
  };
  route("GET", "/messages", Right::read, [this](auto exchange) { list(exchange); });
  route("POST", "/messages", Right::write, [this](auto exchange) { send(exchange); });
  route("PATCH", "/messages/{message}", Right::write, [this](auto exchange) { edit(exchange); });
  route("DELETE", "/messages/{message}", Right::write, [this](auto exchange) { remove(exchange); });
  route("PUT", "/messages/{message}/pin", Right::moderate, [this](auto exchange) { pin(exchange, true); });
  route("DELETE", "/messages/{message}/pin", Right::moderate,
        [this](auto exchange) { pin(exchange, false); });
  route("PUT", "/read", Right::read, [this](auto exchange) { read(exchange); });
  route("GET", "/export", Right::moderate, [this](auto exchange) { export_all(exchange); });
}

Speaker ChatApi::speaker(const Exchange& exchange) const {
  const auto& who = *exchange.session();
  return {who.user_id, who.user_name, parts_.members.may(who, room_of(exchange), Right::moderate)};
}

bool ChatApi::may_speak(Exchange& exchange) {
  auto wait = parts_.chat.must_wait(room_of(exchange), speaker(exchange));
  if (!wait) return true;
  auto seconds = std::chrono::ceil<std::chrono::seconds>(*wait).count();
  exchange.problem(ErrorId::too_many_requests, "You are writing too fast.",
                   {{"Retry-After", std::to_string(seconds)}});
  return false;
}

std::optional<std::string> ChatApi::readable(Exchange& exchange, std::string_view text) {
  auto good = readable_message(text);
  if (good) return *good;
  if (good.error().code == Errc::exhausted) {
    exchange.problem(ErrorId::message_too_long, good.error().message);
  } else {
    exchange.problem(good.error());
  }
  return std::nullopt;
}

void ChatApi::list(const ExchangePtr& exchange) {
  auto limit = query_number(*exchange, "limit", 50, 1, kMaxPage);
  auto before = limit ? query_number(*exchange, "before", INT64_MAX, 1, INT64_MAX) : std::nullopt;
  auto after = before ? query_number(*exchange, "after", -1, 0, INT64_MAX) : std::nullopt;
  if (!after) return;
  struct Listing {
    store::ChatPage page;
    std::int64_t read = 0;
  };
  ask(
      parts_.store, scope_, exchange,
      [room = room_of(*exchange), user = exchange->session()->user_id, limit = *limit, before = *before,
       after = *after](store::Database& database) -> Result<Listing> {
        auto page = after >= 0 ? store::messages_after(database, room, after, limit)
                               : store::messages_before(database, room, before, limit);
        if (!page) return fail(page);
        auto read = store::read_mark(database, room, user);
        if (!read) return fail(read);
        return Listing{std::move(*page), *read};
      },
      [exchange](const Listing& listing) {
        exchange->json(200, JsonWriter()
                                .objects("messages", listing.page.messages, write_message)
                                .integer("seq", listing.page.seq)
                                .boolean("more", listing.page.more)
                                .integer("read", listing.read)
                                .finish());
      });
}

void ChatApi::send(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto client_id = body->text("client_id");
  auto raw = body->text("text");
  if (!complete(*exchange, *body)) return;
  if (!valid_client_id(client_id))
    return exchange->problem(ErrorId::bad_request, "\"client_id\" has 1 to 64 letters, digits, _ or -.");
  auto text = readable(*exchange, raw);
  if (!text || !may_speak(*exchange)) return;
  parts_.chat.send(room_of(*exchange), speaker(*exchange), client_id, *text,
                   scope_.guard([exchange](const auto& message) { answer_message(exchange, 201, message); }));
}

void ChatApi::edit(const ExchangePtr& exchange) {
  auto id = path_number(*exchange, "message");
  auto body = id ? json_body(*exchange) : std::nullopt;
  if (!body) return;
  auto raw = body->text("text");
  if (!complete(*exchange, *body)) return;
  auto text = readable(*exchange, raw);
  if (!text || !may_speak(*exchange)) return;
  parts_.chat.edit(room_of(*exchange), speaker(*exchange), *id, *text,
                   scope_.guard([exchange](const auto& message) { answer_message(exchange, 200, message); }));
}

void ChatApi::remove(const ExchangePtr& exchange) {
  auto id = path_number(*exchange, "message");
  if (!id) return;
  parts_.chat.remove(
      room_of(*exchange), speaker(*exchange), *id,
      scope_.guard([exchange](const auto& message) { answer_message(exchange, 204, message); }));
}

void ChatApi::pin(const ExchangePtr& exchange, bool pinned) {
  auto id = path_number(*exchange, "message");
  if (!id) return;
  parts_.chat.pin(room_of(*exchange), *id, pinned,
                  scope_.guard([exchange](const auto& message) { answer_message(exchange, 204, message); }));
}

void ChatApi::read(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto seq = body->integer("seq");
  if (!complete(*exchange, *body)) return;
  if (seq < 0) return exchange->problem(ErrorId::bad_request, "\"seq\" is negative.");
  ask(
      parts_.store, scope_, exchange,
      [room = room_of(*exchange), user = exchange->session()->user_id, seq](store::Database& database) {
        return store::set_read_mark(database, room, user, seq);
      },
      [exchange](std::int64_t) { no_content(*exchange); });
}

void ChatApi::export_all(const ExchangePtr& exchange) {
  auto format = exchange->query("format").value_or("text");
  if (format != "csv" && format != "json" && format != "text")
    return exchange->problem(ErrorId::bad_request, "\"format\" is csv, json or text.");
  auto room = room_of(*exchange);
  parts_.audit.note(*exchange, "chat.export", room.text(), format);
  // The text is made where it is read: off the main thread.
  ask(
      parts_.store, scope_, exchange,
      [room, format](store::Database& database) -> Result<std::string> {
        auto page = store::messages_before(database, room, std::nullopt, kMaxExport - 1);
        if (!page) return fail(page);
        if (format == "csv") return chat_as_csv(page->messages);
        if (format == "text") return chat_as_text(page->messages);
        return JsonWriter()
            .text("room", room.text())
            .objects("messages", page->messages, write_message)
            .finish();
      },
      [exchange, room, format](std::string text) {
        const char* type = format == "csv"    ? "text/csv; charset=utf-8"
                           : format == "json" ? "application/json"
                                              : "text/plain; charset=utf-8";
        auto name = fmt::format("attachment; filename=\"{}-chat.{}\"", room.text(),
                                format == "text" ? "txt" : format);
        exchange->answer({200, type, std::move(text), {}, {{"Content-Disposition", name}}});
      });
}

}  // namespace classcast::server
