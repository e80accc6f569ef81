// SPDX-License-Identifier: MIT
#include "server/api_diary.hpp"

#include "server/api_rooms.hpp"

#include <algorithm>
#include <numeric>

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonWriter;

namespace {

void write_entry(JsonWriter& writer, const store::DiaryEntry& entry) {
  writer.integer("id", entry.id).integer("at_ms", entry.at_ms).text("state", entry.state);
  writer.text("cause", entry.cause).text("detail", entry.detail).integer("since_ms", entry.since_ms);
}

/// Ready for its viewers: showing, or waiting for somebody to watch.
bool is_up(const std::string& state) {
  return state == "live" || state == "no_audio" || state == "standby";
}

double live_percent(const std::map<std::string, std::int64_t>& states) {
  std::int64_t up = 0;
  std::int64_t known = 0;
  for (const auto& [state, ms] : states) {
    known += ms;
    if (is_up(state)) up += ms;
  }
  return known == 0 ? 0 : 100.0 * static_cast<double>(up) / static_cast<double>(known);
}

/// The span of the query, from `otherwise_from` to now when it names none.
std::optional<std::pair<std::int64_t, std::int64_t>> read_span(Exchange& exchange,
                                                               std::int64_t otherwise_from) {
  auto to = query_number(exchange, "to_ms", unix_ms(), 0, INT64_MAX);
  auto from = to ? query_number(exchange, "from_ms", otherwise_from, 0, INT64_MAX) : std::nullopt;
  if (!from) return std::nullopt;
  if (*from <= *to) return std::pair(*from, *to);
  exchange.problem(ErrorId::bad_request, "\"from_ms\" is after \"to_ms\".");
  return std::nullopt;
}

}  // namespace

std::map<std::string, std::int64_t> time_in_states(const std::vector<store::DiaryEntry>& entries,
                                                   std::int64_t from_ms, std::int64_t to_ms) {
  std::map<std::string, std::int64_t> states;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto begin = std::max(entries[i].at_ms, from_ms);
    auto end = std::min(i + 1 < entries.size() ? entries[i + 1].at_ms : to_ms, to_ms);
    if (end > begin) states[entries[i].state] += end - begin;
  }
  return states;
}

void DiaryApi::add_routes(HttpServer& http) {
  http.add({"GET", "/api/v1/rooms/{room}/diary", Access::room, [this](auto exchange) { diary(exchange); },
            Right::diary});
  http.add({"GET", "/api/v1/rooms/{room}/uptime", Access::room, [this](auto exchange) { uptime(exchange); },
            Right::diary});
}

void DiaryApi::diary(const ExchangePtr& exchange) {
  auto span = read_span(*exchange, 0);
  auto limit = span ? query_number(*exchange, "limit", 100, 1, kMaxPage) : std::nullopt;
  auto before = limit ? query_number(*exchange, "after", INT64_MAX, 1, INT64_MAX) : std::nullopt;
  if (!before) return;
  store::DiaryFilter filter{span->first, span->second, *before, *limit + 1};
  ask(
      parts_.store, scope_, exchange,
      [room = room_of(*exchange), filter](store::Database& database) {
        return store::diary_of(database, room, filter);
      },
      [exchange, limit = static_cast<std::size_t>(*limit)](std::vector<store::DiaryEntry> entries) {
        bool more = entries.size() > limit;
        if (more) entries.pop_back();
        JsonWriter writer;
        writer.objects("entries", entries, write_entry);
        if (more) writer.text("next", std::to_string(entries.back().id));
        exchange->json(200, writer.finish());
      });
}

void DiaryApi::uptime(const ExchangePtr& exchange) {
  auto span = read_span(*exchange, unix_ms() - kWeekMs);
  if (!span) return;
  auto [from, to] = *span;
  ask(
      parts_.store, scope_, exchange,
      [room = room_of(*exchange), from = from,
       to = to](store::Database& database) -> Result<std::vector<store::DiaryEntry>> {
        auto entries = store::diary_at(database, room, from);
        if (!entries) return entries;
        constexpr std::int64_t kMostChanges = 50'000;
        auto changes = store::diary_of(database, room, {from + 1, to, INT64_MAX, kMostChanges});
        if (!changes) return changes;
        entries->insert(entries->end(), changes->rbegin(), changes->rend());
        return entries;
      },
      [exchange, from = from, to = to](const std::vector<store::DiaryEntry>& entries) {
        auto states = time_in_states(entries, from, std::min(to, unix_ms()));
        exchange->json(200, JsonWriter()
                                .integer("from_ms", from)
                                .integer("to_ms", to)
                                .number("live_percent", live_percent(states))
                                .object("states",
                                        [&](JsonWriter& w) {
                                          for (const auto& [state, ms] : states) w.integer(state.c_str(), ms);
                                        })
                                .finish());
      });
}

}  // namespace classcast::server
