// SPDX-License-Identifier: MIT
#include "server/api_rewind.hpp"

#include "glib/log.hpp"
#include "server/api_rooms.hpp"

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonWriter;

namespace {

constexpr Duration kTimelineTime = 5s;
constexpr std::size_t kMaxTimelineBytes = 1 << 20;
constexpr std::int64_t kLongestRecordingMs = 25LL * 3600 * 1000;

/// One segment of the address, as the recorder names its playlists and segments.
bool hls_name(const std::string& name) {
  constexpr std::size_t kMaxName = 80;
  return !name.empty() && name.size() <= kMaxName && name.front() != '.' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string::npos;
}

}  // namespace

void RewindApi::add_routes(HttpServer& http) {
  http.add({"GET", "/api/v1/rooms/{room}/timeline", Access::room,
            [this](auto exchange) { timeline(exchange); }, Right::watch});
  http.add(
      {"GET", "/hls/{room}/{file}", Access::room, [this](auto exchange) { hls(exchange); }, Right::watch});
}

void RewindApi::hls(const ExchangePtr& exchange) {
  auto room = room_of(*exchange);
  auto file = exchange->parameter("file");
  const auto* recorder = recordings_.recorder_of_room(room);
  if (!hls_name(file) || recorder == nullptr || recordings_.rewind_minutes(room) == 0)
    return exchange->problem(ErrorId::not_found, "The room cannot be rewound.");
  if (views_.first(exchange->session()->token_hash, room.text(), unix_ms()))
    parts_.audit.note(*exchange, "rewind.watch", room.text());
  auto token = parts_.signer.sign("server", room.text(), protocol::Right::fetch, unix_ms() / 1000);
  auto skip = exchange->query("_HLS_skip");
  auto url =
      fmt::format("{}/hls/{}/{}{}", recorder->url, room.text(), file, skip == "YES" ? "?_HLS_skip=YES" : "");
  files_.pass(exchange, {url, token});
}

void RewindApi::timeline(const ExchangePtr& exchange) {
  auto room = room_of(*exchange);
  const auto* recorder = recordings_.recorder_of_room(room);
  if (recorder == nullptr || recordings_.rewind_minutes(room) == 0) {
    return exchange->json(200, JsonWriter()
                                   .boolean("rewind", false)
                                   .objects("gaps", std::vector<int>(), [](JsonWriter&, int) {})
                                   .objects("recordings", std::vector<int>(), [](JsonWriter&, int) {})
                                   .finish());
  }
  auto token = parts_.signer.sign("server", room.text(), protocol::Right::fetch, unix_ms() / 1000);
  ClientRequest request{"GET",
                        recorder->url + "/timeline/" + room.text(),
                        {{"Authorization", "Bearer " + token}},
                        {},
                        kTimelineTime,
                        kMaxTimelineBytes};
  auto place = fetches_.emplace(fetches_.end());
  *place = client_.fetch(std::move(request),
                         scope_.guard([this, exchange, room, place](const Result<ClientAnswer>& answer) {
                           auto keep = *place;
                           fetches_.erase(place);
                           told(exchange, room, answer);
                         }));
}

void RewindApi::told(const ExchangePtr& exchange, const RoomId& room, const Result<ClientAnswer>& answer) {
  constexpr int kOk = 200;
  auto json = answer && answer->status == kOk ? protocol::JsonReader::parse(answer->body)
                                              : Result<protocol::JsonReader>(fail(Errc::unavailable, "no"));
  if (!json) {
    glib::log::warning("recorder", "no timeline of {}", room.text());
    return exchange->problem(ErrorId::bad_gateway, "The recorder does not answer.", {{"Retry-After", "2"}});
  }
  Told told{json->optional_integer("from_ms").value_or(0), json->optional_integer("to_ms").value_or(0),
            protocol::read_gaps(*json)};
  this->answer(exchange, room, told);
}

void RewindApi::answer(const ExchangePtr& exchange, const RoomId& room, const Told& told) {
  store::RecordingFilter filter;
  filter.rooms = {room.text()};
  filter.from_ms = std::max<std::int64_t>(told.from_ms - kLongestRecordingMs, 0);
  filter.limit = LibraryApi::kMaxPage;
  ask(
      parts_.store, scope_, exchange,
      [filter](store::Database& database) { return store::list_recordings(database, filter); },
      [this, exchange, room, told](const std::vector<store::Recording>& all) {
        std::vector<protocol::Recording> within;
        for (const auto& recording : all) {
          auto shown = recordings_.view(recording);
          if (shown.ended_ms.value_or(INT64_MAX) > told.from_ms) within.push_back(std::move(shown));
        }
        JsonWriter writer;
        writer.boolean("rewind", true);
        if (told.from_ms > 0) writer.integer("from_ms", told.from_ms).integer("to_ms", told.to_ms);
        protocol::write_gaps(writer, told.gaps);
        writer.objects("recordings", within, [](JsonWriter& item, const protocol::Recording& one) {
          item.text("id", one.id).integer("started_ms", one.started_ms).integer("ended_ms", one.ended_ms);
        });
        writer.text("playlist", "/hls/" + room.text() + "/index.m3u8");
        exchange->json(200, writer.finish());
      });
}

}  // namespace classcast::server
