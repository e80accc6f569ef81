// SPDX-License-Identifier: MIT
#include "server/api_recordings.hpp"

#include "server/api_rooms.hpp"

namespace classcast::server {

using protocol::ErrorId;

namespace {

constexpr std::int64_t kMinuteMs = 60'000;

bool valid_title(std::string_view title) {
  return title.empty() || valid_line(title, RecordingsApi::kMaxTitle);
}

bool in_range(std::int64_t value, std::int64_t least, std::int64_t most) {
  return value >= least && value <= most;
}

struct BeginBody {
  std::string title;
  std::int64_t preroll_s = 0;
  std::optional<std::int64_t> max_minutes;
  std::string client_id;
};

Result<BeginBody> read_begin(protocol::JsonReader& body) {
  BeginBody wanted{body.optional_text("title").value_or(""), body.optional_integer("preroll_s").value_or(0),
                   body.optional_integer("max_minutes"), body.optional_text("client_id").value_or("")};
  if (auto read = body.finish(); !read) return fail(read);
  if (!valid_title(wanted.title))
    return fail(Errc::invalid, "A title is one line of at most {} characters.", RecordingsApi::kMaxTitle);
  if (!in_range(wanted.preroll_s, 0, RecordingsApi::kMaxPrerollSeconds))
    return fail(Errc::invalid, "\"preroll_s\" is from 0 to {}.", RecordingsApi::kMaxPrerollSeconds);
  if (wanted.max_minutes && *wanted.max_minutes < 1)
    return fail(Errc::invalid, "\"max_minutes\" is at least 1.");
  if (wanted.client_id.size() > RecordingsApi::kMaxClientId)
    return fail(Errc::invalid, "\"client_id\" has at most {} bytes.", RecordingsApi::kMaxClientId);
  return wanted;
}

struct ChangeBody {
  std::optional<std::string> title;
  std::optional<bool> is_protected;
  std::optional<std::int64_t> until_ms;
};

Result<ChangeBody> read_change(protocol::JsonReader& body, std::int64_t max_minutes) {
  ChangeBody wanted{body.optional_text("title"), body.optional_boolean("protected"),
                    body.optional_integer("until_ms")};
  if (auto read = body.finish(); !read) return fail(read);
  if (wanted.title && !valid_title(*wanted.title))
    return fail(Errc::invalid, "A title is one line of at most {} characters.", RecordingsApi::kMaxTitle);
  auto now_ms = unix_ms();
  if (wanted.until_ms && !in_range(*wanted.until_ms, now_ms, now_ms + max_minutes * kMinuteMs))
    return fail(Errc::invalid, "\"until_ms\" is from now to {} minutes from now.", max_minutes);
  return wanted;
}

Result<void> change_recording(store::Recording& recording, const ChangeBody& wanted) {
  if (wanted.until_ms && recording.state != "recording")
    return fail(Errc::conflict, "It does not run any more.");
  recording.title = wanted.title.value_or(recording.title);
  recording.is_protected = wanted.is_protected.value_or(recording.is_protected);
  recording.until_ms = wanted.until_ms.value_or(recording.until_ms);
  return {};
}

}  // namespace

void with_recording(Recordings& recordings, const Members& members, const ExchangePtr& exchange, Right right,
                    const glib::Scope& scope, std::function<void(const store::Recording&)> work) {
  auto take = [&members, exchange, right, work = std::move(work)](const Result<store::Recording>& found) {
    if (!found) return exchange->problem(found.error());
    const auto& who = *exchange->session();
    // The same answer for one that is not there and for one that must not be known.
    if (!members.may(who, found->room, Right::watch))
      return exchange->problem(ErrorId::not_found, "There is no such recording.");
    if (!members.may(who, found->room, right))
      return exchange->problem(ErrorId::forbidden, "You do not have the right to do this in this room.");
    work(*found);
  };
  recordings.find(exchange->parameter("recording"), scope.guard(std::move(take)));
}

protocol::Recording shown_to(const Recordings& recordings, const Members& members,
                             const store::Recording& recording, const store::Session& reader) {
  auto shown = recordings.view(recording);
  for (auto right : {Right::watch, Right::record}) {
    if (members.may(reader, recording.room, right)) shown.rights.emplace_back(text(right));
  }
  return shown;
}

void RecordingsApi::add_routes(HttpServer& http) {
  http.add({"POST", "/api/v1/rooms/{room}/recordings", Access::room,
            [this](auto exchange) { begin(exchange); }, Right::record});
  http.add({"POST", "/api/v1/rooms/{room}/clips", Access::room, [this](auto exchange) { clip(exchange); },
            Right::record});
  const std::string one = "/api/v1/recordings/{recording}";
  http.add({"GET", one, Access::signed_in, [this](auto exchange) { show(exchange); }});
  http.add({"PATCH", one, Access::signed_in, [this](auto exchange) { change(exchange); }});
  http.add({"DELETE", one, Access::signed_in, [this](auto exchange) { remove(exchange); }});
  http.add({"POST", one + "/stop", Access::signed_in, [this](auto exchange) { stop(exchange); }});
  http.add({"POST", one + "/restore", Access::signed_in, [this](auto exchange) { restore(exchange); }});
}

store::Recording RecordingsApi::wanted_by(const Exchange& exchange, std::string title) const {
  store::Recording wanted{"", room_of(exchange), std::move(title)};
  wanted.by_id = exchange.session()->user_id;
  wanted.by_name = exchange.session()->user_name;
  return wanted;
}

void RecordingsApi::begin(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto asked = read_begin(*body);
  if (!asked) return exchange->problem(asked.error());
  if (parts_.rooms.record(room_of(*exchange))->archived)
    return exchange->problem(ErrorId::conflict, "The room is archived.");
  auto longest = parts_.school.number("recording.max_minutes");
  auto wanted = wanted_by(*exchange, asked->title);
  wanted.client_id = asked->client_id;
  auto now_ms = unix_ms();
  wanted.from_ms = now_ms - asked->preroll_s * 1000;
  wanted.until_ms = now_ms + std::min(asked->max_minutes.value_or(longest), longest) * kMinuteMs;
  recordings_.begin(std::move(wanted), scope_.guard([this, exchange](const Result<store::Recording>& begun) {
    made(exchange, "recording.start", begun);
  }));
}

void RecordingsApi::clip(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto seconds = body->integer("seconds");
  auto title = body->optional_text("title").value_or("");
  if (!complete(*exchange, *body)) return;
  if (!in_range(seconds, 1, kMaxClipSeconds) || !valid_title(title)) {
    return exchange->problem(ErrorId::bad_request,
                             "\"seconds\" is from 1 to 86400, \"title\" one line of at most 200 characters.");
  }
  recordings_.clip(wanted_by(*exchange, title), seconds * 1000,
                   scope_.guard([this, exchange](const Result<store::Recording>& made_of) {
                     made(exchange, "recording.clip", made_of);
                   }));
}

void RecordingsApi::made(const ExchangePtr& exchange, const char* action,
                         const Result<store::Recording>& recording) {
  changed(exchange, action, 201, recording);
}

void RecordingsApi::changed(const ExchangePtr& exchange, const char* action, int status,
                            const Result<store::Recording>& recording) {
  if (!recording) return exchange->problem(recording.error());
  parts_.audit.note(*exchange, action, recording->room.text(), recording->id);
  constexpr int kNoContent = 204;
  if (status == kNoContent) return no_content(*exchange);
  exchange->json(status, to_json(shown_to(recordings_, parts_.members, *recording, *exchange->session())));
}

void RecordingsApi::show(const ExchangePtr& exchange) {
  with_recording(recordings_, parts_.members, exchange, Right::watch, scope_,
                 [this, exchange](const store::Recording& recording) {
                   exchange->json(
                       200, to_json(shown_to(recordings_, parts_.members, recording, *exchange->session())));
                 });
}

void RecordingsApi::apply(const ExchangePtr& exchange, const store::Recording& recording, const char* action,
                          int status, Recordings::Change change) {
  recordings_.change(recording.id, std::move(change),
                     scope_.guard([this, exchange, action, status](const Result<store::Recording>& done) {
                       changed(exchange, action, status, done);
                     }));
}

void RecordingsApi::change(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto wanted = read_change(*body, parts_.school.number("recording.max_minutes"));
  if (!wanted) return exchange->problem(wanted.error());
  with_recording(recordings_, parts_.members, exchange, Right::record, scope_,
                 [this, exchange, wanted = *wanted](const store::Recording& recording) {
                   apply(exchange, recording, "recording.change", 200,
                         [wanted](store::Recording& row) { return change_recording(row, wanted); });
                 });
}

void RecordingsApi::stop(const ExchangePtr& exchange) {
  with_recording(recordings_, parts_.members, exchange, Right::record, scope_,
                 [this, exchange](const store::Recording& recording) {
                   apply(exchange, recording, "recording.stop", 200,
                         [](store::Recording& row) -> Result<void> {
                           if (row.state != "recording")
                             return fail(Errc::conflict, "It does not run any more.");
                           row.stop_ms = unix_ms();
                           row.state = "finishing";
                           return {};
                         });
                 });
}

void RecordingsApi::remove(const ExchangePtr& exchange) {
  with_recording(recordings_, parts_.members, exchange, Right::record, scope_,
                 [this, exchange](const store::Recording& recording) {
                   if (recording.deleted_ms) return purge(exchange, recording);
                   into_bin(exchange, recording);
                 });
}

void RecordingsApi::into_bin(const ExchangePtr& exchange, const store::Recording& recording) {
  apply(exchange, recording, "recording.delete", 204, [](store::Recording& row) -> Result<void> {
    if (row.open()) return fail(Errc::conflict, "It is not finished yet; stop it and wait.");
    if (row.is_protected) return fail(Errc::conflict, "It is protected.");
    row.deleted_ms = unix_ms();
    row.resume = false;
    return {};
  });
}

void RecordingsApi::purge(const ExchangePtr& exchange, const store::Recording& recording) {
  recordings_.purge(recording.id, scope_.guard([this, exchange](const Result<store::Recording>& done) {
    changed(exchange, "recording.purge", 204, done);
  }));
}

void RecordingsApi::restore(const ExchangePtr& exchange) {
  with_recording(recordings_, parts_.members, exchange, Right::record, scope_,
                 [this, exchange](const store::Recording& recording) {
                   apply(exchange, recording, "recording.restore", 200,
                         [](store::Recording& row) -> Result<void> {
                           if (!row.deleted_ms) return fail(Errc::conflict, "It is not in the bin.");
                           row.deleted_ms.reset();
                           return {};
                         });
                 });
}

}  // namespace classcast::server
