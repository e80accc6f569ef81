// SPDX-License-Identifier: MIT
#include "server/api_admin.hpp"

#include "server/api_chat.hpp"

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonWriter;

namespace {

void write_row(JsonWriter& writer, const store::AuditRow& row) {
  writer.integer("id", row.id).integer("at_ms", row.at_ms).integer("actor_id", row.actor_id);
  writer.text("actor", row.actor).text("action", row.action);
  if (!row.room.empty()) writer.text("room", row.room);
  writer.text("detail", row.detail).text("address", row.address);
}

std::string as_csv(const std::vector<store::AuditRow>& rows) {
  std::string out = "id,time,actor,action,room,detail,address\r\n";
  for (const auto& row : rows) {
    out += fmt::format("{},{},{},{},{},{},{}\r\n", row.id, utc_text(row.at_ms), csv_cell(row.actor),
                       csv_cell(row.action), csv_cell(row.room), csv_cell(row.detail), csv_cell(row.address));
  }
  return out;
}

std::string settings_json(const School& school) {
  return JsonWriter()
      .objects(
          "settings", School::known(),
          [&school](JsonWriter& w, const SettingInfo& info) {
            w.text("key", info.key).text("value", school.value(info.key)).text("default", info.otherwise);
            w.text("kind", text(info.kind)).text("explanation", info.explanation);
            if (!info.choices.empty()) w.texts("choices", {info.choices.begin(), info.choices.end()});
            if (info.kind != SettingKind::choice) w.integer("least", info.least).integer("most", info.most);
            if (info.or_zero) w.boolean("or_zero", true);
          })
      .finish();
}

}  // namespace

void AdminApi::add_routes(HttpServer& http) {
  http.add({"GET", "/api/v1/audit", Access::admin, [this](auto exchange) { audit(exchange); }});
  http.add({"GET", "/api/v1/audit/export", Access::admin, [this](auto exchange) { export_audit(exchange); }});
  http.add({"GET", "/api/v1/settings", Access::admin, [this](auto exchange) { settings(*exchange); }});
  http.add(
      {"PATCH", "/api/v1/settings", Access::admin, [this](auto exchange) { change_settings(exchange); }});
  http.add({"GET", "/api/v1/openapi.json", Access::open,
            [](auto exchange) { exchange->json(200, std::string(openapi_document())); }});
}

std::optional<store::AuditFilter> AdminApi::read_filter(Exchange& exchange) {
  constexpr std::size_t kMaxText = 64;
  store::AuditFilter filter;
  for (auto [name, target] : {std::pair("actor", &filter.actor), std::pair("action", &filter.action),
                              std::pair("room", &filter.room)}) {
    auto text = query_text(exchange, name, kMaxText);
    if (!text) return std::nullopt;
    *target = *text;
  }
  auto from = query_number(exchange, "from_ms", 0, 0, INT64_MAX);
  auto to = from ? query_number(exchange, "to_ms", INT64_MAX, 0, INT64_MAX) : std::nullopt;
  if (!to) return std::nullopt;
  filter.from_ms = *from;
  filter.to_ms = *to;
  return filter;
}

void AdminApi::audit(const ExchangePtr& exchange) {
  auto filter = read_filter(*exchange);
  auto limit = filter ? query_number(*exchange, "limit", 100, 1, kMaxPage) : std::nullopt;
  auto before = limit ? query_number(*exchange, "after", INT64_MAX, 1, INT64_MAX) : std::nullopt;
  if (!before) return;
  filter->before = *before;
  filter->limit = *limit + 1;
  ask(
      parts_.store, scope_, exchange,
      [filter = *filter](store::Database& database) { return store::list_audit(database, filter); },
      [exchange, limit = static_cast<std::size_t>(*limit)](std::vector<store::AuditRow> rows) {
        bool more = rows.size() > limit;
        if (more) rows.pop_back();
        JsonWriter writer;
        writer.objects("entries", rows, write_row);
        if (more) writer.text("next", std::to_string(rows.back().id));
        exchange->json(200, writer.finish());
      });
}

void AdminApi::export_audit(const ExchangePtr& exchange) {
  auto format = exchange->query("format").value_or("csv");
  if (format != "csv" && format != "json")
    return exchange->problem(ErrorId::bad_request, "\"format\" is csv or json.");
  auto filter = read_filter(*exchange);
  if (!filter) return;
  filter->limit = kMaxExport;
  parts_.audit.note(*exchange, "audit.export", "", format);
  ask(
      parts_.store, scope_, exchange,
      [filter = *filter, format](store::Database& database) -> Result<std::string> {
        auto rows = store::list_audit(database, filter);
        if (!rows) return fail(rows);
        return format == "csv" ? as_csv(*rows) : JsonWriter().objects("entries", *rows, write_row).finish();
      },
      [exchange, format](std::string text) {
        const char* type = format == "csv" ? "text/csv; charset=utf-8" : "application/json";
        exchange->answer(
            {200,
             type,
             std::move(text),
             {},
             {{"Content-Disposition", fmt::format("attachment; filename=\"audit.{}\"", format)}}});
      });
}

void AdminApi::settings(Exchange& exchange) {
  exchange.json(200, settings_json(parts_.school));
}

void AdminApi::change_settings(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto changes = body->text_members();
  if (!complete(*exchange, *body)) return;
  if (changes.empty()) return exchange->problem(ErrorId::bad_request, "Name a setting and its value.");
  for (const auto& [key, value] : changes) {
    if (auto good = School::check(key, value); !good) return exchange->problem(good.error());
  }
  ask(
      parts_.store, scope_, exchange,
      [changes](store::Database& database) { return store::store_settings(database, changes); },
      [this, exchange, changes] {
        for (const auto& [key, value] : changes) {
          parts_.school.set(key, value);
          parts_.audit.note(*exchange, "setting.change", "", fmt::format("{} = {}", key, value));
        }
        if (parts_.school.on_changed) parts_.school.on_changed();
        exchange->json(200, settings_json(parts_.school));
      });
}

}  // namespace classcast::server
