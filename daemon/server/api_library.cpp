// SPDX-License-Identifier: MIT
#include "server/api_library.hpp"

#include "base/strings.hpp"
#include "server/api_recordings.hpp"

#include <algorithm>
#include <cctype>
#include <ctime>

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonWriter;

namespace {

constexpr std::int64_t kLibraryDayMs = 24LL * 3600 * 1000;
using Headers = std::vector<std::pair<std::string, std::string>>;

struct Cursor {
  std::int64_t ms = INT64_MAX;
  std::string id;
};

std::string cursor_text(const store::Recording& last) {
  return fmt::format("{}.{}", last.from_ms, last.id);
}

std::optional<Cursor> parse_cursor(const std::string& text) {
  if (text.empty()) return Cursor{};
  auto dot = text.find('.');
  if (dot == std::string::npos) return std::nullopt;
  auto ms = parse_int(std::string_view(text).substr(0, dot));
  if (!ms || *ms < 0) return std::nullopt;
  return Cursor{*ms, text.substr(dot + 1)};
}

bool known_filter_state(const std::string& state) {
  return state.empty() || protocol::recording_state(state).has_value();
}

}  // namespace

bool ViewLog::first(const std::string& session, const std::string& what, std::int64_t now_ms) {
  if (noted_.size() >= kMaxNoted)
    std::erase_if(noted_, [now_ms](const auto& entry) { return now_ms - entry.second > kPauseMs; });
  if (noted_.size() >= kMaxNoted) noted_.clear();
  auto& at_ms = noted_[{session, what}];
  bool due = now_ms - at_ms > kPauseMs;
  at_ms = now_ms;
  return due;
}

std::optional<std::pair<std::int64_t, std::int64_t>> day_range(const std::string& day) {
  constexpr std::size_t kDayLength = 10;
  struct tm begin = {};
  const char* end = ::strptime(day.c_str(), "%Y-%m-%d", &begin);
  if (day.size() != kDayLength || end == nullptr || *end != '\0') return std::nullopt;
  begin.tm_isdst = -1;
  auto next = begin;
  ++next.tm_mday;
  auto from = ::mktime(&begin);
  auto to = ::mktime(&next);
  if (from < 0 || to < 0) return std::nullopt;
  return std::pair(std::int64_t{from} * 1000, std::int64_t{to} * 1000);
}

std::string download_name(const protocol::Recording& recording) {
  auto seconds = static_cast<time_t>(recording.started_ms.value_or(0) / 1000);
  struct tm local = {};
  localtime_r(&seconds, &local);
  char time[32];
  strftime(time, sizeof time, "%Y-%m-%d_%H-%M-%S", &local);
  std::string name;
  for (char c : recording.title) {
    bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    name += plain ? c : '-';
  }
  constexpr std::size_t kMaxName = 60;
  name = name.substr(0, kMaxName);
  return fmt::format("{}_{}{}{}.mp4", recording.room, time, name.empty() ? "" : "_", name);
}

void LibraryApi::add_routes(HttpServer& http) {
  const std::string one = "/api/v1/recordings/{recording}";
  http.add({"GET", "/api/v1/recordings", Access::signed_in, [this](auto exchange) { list(exchange); }});
  http.add({"GET", one + "/video", Access::signed_in, [this](auto exchange) { video(exchange); }});
  http.add({"GET", one + "/download", Access::signed_in, [this](auto exchange) { download(exchange); }});
  http.add({"GET", one + "/thumbnail", Access::signed_in, [this](auto exchange) { thumbnail(exchange); }});
  http.add({"GET", "/api/v1/storage", Access::overseeing, [this](auto exchange) { storage(exchange); }});
}

std::optional<store::RecordingFilter> LibraryApi::read_filter(Exchange& exchange) {
  constexpr std::size_t kMaxText = 100;
  store::RecordingFilter filter;
  auto part = query_text(exchange, "q", kMaxText);
  auto before = part ? query_text(exchange, "before", kMaxText) : std::nullopt;
  auto limit = before ? query_number(exchange, "limit", 50, 1, kMaxPage) : std::nullopt;
  auto person = limit ? query_number(exchange, "person", 0, 0, INT64_MAX) : std::nullopt;
  if (!person) return std::nullopt;
  auto cursor = parse_cursor(*before);
  auto day = exchange.query("day");
  auto range = day ? day_range(*day) : std::pair(std::int64_t{0}, INT64_MAX);
  filter.state = exchange.query("state").value_or("");
  if (!cursor || !range || !known_filter_state(filter.state)) {
    exchange.problem(ErrorId::bad_request,
                     "\"day\" is YYYY-MM-DD, \"state\" a state, \"before\" the \"next\" of the page before.");
    return std::nullopt;
  }
  filter.text = *part;
  filter.limit = *limit + 1;
  if (*person > 0) filter.by_id = *person;
  std::tie(filter.from_ms, filter.to_ms) = *range;
  filter.before_ms = cursor->ms;
  filter.before_id = cursor->id;
  return filter;
}

/// The rooms whose recordings the caller may see: of the bin only where they may record.
bool LibraryApi::limit_to_rooms(Exchange& exchange, store::RecordingFilter& filter) {
  auto wanted = exchange.query("room");
  if (wanted && !RoomId::valid(*wanted)) {
    exchange.problem(ErrorId::bad_request, "\"room\" is a room's id.");
    return false;
  }
  auto right = filter.state == "deleted" ? Right::record : Right::watch;
  filter.rooms.emplace();
  for (const auto& room : parts_.rooms.ids()) {
    bool asked = !wanted || *wanted == room.text();
    if (asked && parts_.members.may(*exchange.session(), room, right)) filter.rooms->push_back(room.text());
  }
  return true;
}

void LibraryApi::list(const ExchangePtr& exchange) {
  auto filter = read_filter(*exchange);
  if (!filter || !limit_to_rooms(*exchange, *filter)) return;
  ask(
      parts_.store, scope_, exchange,
      [filter = *filter](store::Database& database) { return store::list_recordings(database, filter); },
      [this, exchange, limit = static_cast<std::size_t>(filter->limit)](std::vector<store::Recording> found) {
        bool more = found.size() >= limit;
        if (more) found.pop_back();
        JsonWriter writer;
        writer.objects("recordings", found, [&](JsonWriter& item, const store::Recording& recording) {
          protocol::write_recording(item,
                                    shown_to(recordings_, parts_.members, recording, *exchange->session()));
        });
        writer.boolean("more", more);
        if (more) writer.text("next", cursor_text(found.back()));
        exchange->json(200, writer.finish());
      });
}

void LibraryApi::pass(const ExchangePtr& exchange, const store::Recording& recording, const std::string& path,
                      Headers headers) {
  const auto* recorder = recorders_.find(recording.recorder_id.value_or(0));
  if (path.empty() || recorder == nullptr)
    return exchange->problem(ErrorId::not_found, "There is no file of this recording.");
  auto token = parts_.signer.sign("server", recording.room.text(), protocol::Right::fetch, unix_ms() / 1000);
  headers.emplace_back("Cache-Control", "private, no-cache");
  files_.pass(exchange, {recorder->url + "/files/" + path, token, std::move(headers)});
}

void LibraryApi::video(const ExchangePtr& exchange) {
  with_recording(recordings_, parts_.members, exchange, Right::watch, scope_,
                 [this, exchange](const store::Recording& recording) {
                   if (views_.first(exchange->session()->token_hash, recording.id, unix_ms()))
                     parts_.audit.note(*exchange, "recording.view", recording.room.text(), recording.id);
                   pass(exchange, recording, recording.path, {{"Content-Disposition", "inline"}});
                 });
}

void LibraryApi::download(const ExchangePtr& exchange) {
  with_recording(recordings_, parts_.members, exchange, Right::watch, scope_,
                 [this, exchange](const store::Recording& recording) {
                   if (views_.first(exchange->session()->token_hash, "download " + recording.id, unix_ms()))
                     parts_.audit.note(*exchange, "recording.download", recording.room.text(), recording.id);
                   auto name = download_name(recordings_.view(recording));
                   pass(exchange, recording, recording.path,
                        {{"Content-Disposition", fmt::format("attachment; filename=\"{}\"", name)}});
                 });
}

void LibraryApi::thumbnail(const ExchangePtr& exchange) {
  with_recording(recordings_, parts_.members, exchange, Right::watch, scope_,
                 [this, exchange](const store::Recording& recording) {
                   auto path = recording.path;
                   auto dot = path.rfind('.');
                   if (!recording.thumbnail || dot == std::string::npos) path.clear();
                   pass(exchange, recording, path.empty() ? path : path.substr(0, dot) + ".jpg", {});
                 });
}

void LibraryApi::storage(const ExchangePtr& exchange) {
  ask(
      parts_.store, scope_, exchange,
      [](store::Database& database) { return store::list_finished_recordings(database); },
      [this, exchange](const std::vector<store::Recording>& all) {
        constexpr std::int64_t kWeek = 7;
        auto since = unix_ms() - kWeek * kLibraryDayMs;
        std::int64_t bytes = 0;
        std::int64_t used = 0;
        for (const auto& recording : all) {
          used += recording.size.value_or(0);
          if (recording.from_ms >= since) bytes += recording.size.value_or(0);
        }
        auto storages = recorders_.storages();
        std::int64_t free = 0;
        for (const auto& one : storages) free += one.free;
        auto per_day = bytes / kWeek;
        auto policy = recordings_.policy();
        JsonWriter writer;
        writer.objects("recorders", storages, protocol::write_storage);
        writer.object("policy", [&](JsonWriter& item) {
          item.integer("keep_days", policy.keep_days).integer("keep_bytes", policy.keep_bytes);
          item.integer("bin_days", policy.bin_days);
          item.integer("min_free", parts_.school.number("recording.min_free"));
          item.integer("max_minutes", parts_.school.number("recording.max_minutes"));
          item.integer("rewind_minutes", parts_.school.number("rewind.default_minutes"));
        });
        writer.object("estimate", [&](JsonWriter& item) {
          item.integer("recordings", static_cast<std::int64_t>(all.size())).integer("bytes", used);
          item.integer("bytes_per_day", per_day);
          if (per_day > 0) item.integer("days_left", free / per_day);
        });
        exchange->json(200, writer.finish());
      });
}

}  // namespace classcast::server
