// SPDX-License-Identifier: MIT
#include "server/rooms.hpp"

#include "glib/log.hpp"
#include "glib/ref.hpp"

#include <unordered_map>

namespace classcast::server {

namespace {

constexpr std::size_t kMaxDetailBytes = 200;

/// A sentence of a classroom PC for people: one line, not too long.
std::string tidy(const std::string& sentence) {
  glib::UniqueText valid(g_utf8_make_valid(sentence.data(), static_cast<gssize>(sentence.size())));
  std::string out = valid.get();
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  }
  if (out.size() <= kMaxDetailBytes) return out;
  // Not in the middle of a character: UTF-8's continuation bytes are 10xxxxxx.
  std::size_t end = kMaxDetailBytes;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;
  return out.substr(0, end) + "…";
}

Verdict verdict_of(const store::DiaryEntry& entry) {
  return {protocol::room_state(entry.state).value_or(protocol::RoomState::offline),
          protocol::cause(entry.cause).value_or(protocol::Cause::starting), entry.detail, entry.since_ms};
}

bool is_paused(const std::optional<protocol::RelayRoom>& relay) {
  return relay && relay->paused && relay->publisher && relay->publisher->connected;
}

const protocol::TrackStatus* video_of(const std::optional<protocol::RelayRoom>& relay) {
  if (!relay || !relay->publisher || !relay->publisher->video) return nullptr;
  return &*relay->publisher->video;
}

/// Whether people should hear of it at once; the rest are measurements.
bool differs(const protocol::Room& a, const protocol::Room& b) {
  return a.state != b.state || a.cause != b.cause || a.detail != b.detail || a.name != b.name ||
         a.viewers != b.viewers || a.since_ms != b.since_ms || a.still_ms != b.still_ms || a.kind != b.kind ||
         a.archived != b.archived || a.description != b.description || a.owner_id != b.owner_id ||
         a.recording != b.recording || a.rewind_from_ms.has_value() != b.rewind_from_ms.has_value() ||
         a.rewind_minutes != b.rewind_minutes || a.keep_days != b.keep_days;
}

}  // namespace

void Rooms::load(const Snapshot& snapshot) {
  for (const auto& room : snapshot.rooms) {
    rooms_.emplace(room.id, Entry{room, {}, {}, {}, {}, false, begin_status(unix_ms()), {}, {}, {}, {}, {}});
  }
  for (const auto& device : snapshot.devices) {
    if (auto found = rooms_.find(device.room); found != rooms_.end()) {
      found->second.device = device;
    }
  }
  for (const auto& last : snapshot.diary) {
    auto found = rooms_.find(last.room);
    if (found != rooms_.end()) found->second.status = resume_status(verdict_of(last), now(), unix_ms());
  }
}

void Rooms::start() {
  tick_ = glib::Timer::every(kTick, [this] { look_at_all(); });
}

void Rooms::stop() {
  tick_.cancel();
  stopped_ = true;
}

void Rooms::add(const store::Room& room) {
  auto [added, is_new] = rooms_.emplace(
      room.id, Entry{room, {}, {}, {}, {}, false, begin_status(unix_ms()), {}, {}, {}, {}, {}});
  if (!is_new) return;
  look_at(added->first, added->second);
}

void Rooms::remove(const RoomId& id) {
  if (rooms_.erase(id) > 0 && on_removed) on_removed(id);
}

Rooms::Entry* Rooms::entry(const RoomId& id) {
  auto found = rooms_.find(id);
  return found == rooms_.end() ? nullptr : &found->second;
}

const Rooms::Entry* Rooms::entry(const RoomId& id) const {
  auto found = rooms_.find(id);
  return found == rooms_.end() ? nullptr : &found->second;
}

void Rooms::update(const store::Room& room) {
  auto* found = entry(room.id);
  if (found == nullptr) return;
  found->record = room;
  tell(room.id, *found);
  if (on_record) on_record();
}

void Rooms::rename_owner(std::int64_t user_id, const std::string& name) {
  for (auto& [id, entry] : rooms_) {
    if (entry.record.owner_id == user_id) entry.record.owner_name = name;
  }
}

void Rooms::set_device(const store::Device& device) {
  auto* found = entry(device.room);
  if (found == nullptr) return;
  found->device = device;
  look_at(device.room, *found);
}

void Rooms::remove_device(const RoomId& id) {
  auto* found = entry(id);
  if (found == nullptr) return;
  found->device.reset();
  look_at(id, *found);
}

void Rooms::note_device(const store::Device& device) {
  auto* found = entry(device.room);
  if (found == nullptr || !found->device) return;
  found->device->host = device.host;
  found->device->software = device.software;
  found->device->address = device.address;
  found->device->seen_ms = device.seen_ms;
}

std::optional<RoomId> Rooms::room_of_credential(const std::string& credential_hash) const {
  for (const auto& [id, entry] : rooms_) {
    if (entry.device && entry.device->credential_hash == credential_hash) return id;
  }
  return std::nullopt;
}

std::string Rooms::name_of(const RoomId& id) const {
  const auto* found = entry(id);
  return found == nullptr ? std::string() : found->record.name;
}

const store::Room* Rooms::record(const RoomId& id) const {
  const auto* found = entry(id);
  return found == nullptr ? nullptr : &found->record;
}

const store::Device* Rooms::device(const RoomId& id) const {
  const auto* found = entry(id);
  return found == nullptr || !found->device ? nullptr : &*found->device;
}

const AgentEvidence* Rooms::agent(const RoomId& id) const {
  const auto* found = entry(id);
  return found == nullptr || !found->agent ? nullptr : &*found->agent;
}

std::vector<RoomId> Rooms::ids() const {
  std::vector<RoomId> all;
  all.reserve(rooms_.size());
  for (const auto& [id, entry] : rooms_) all.push_back(id);
  return all;
}

void Rooms::set_still(const RoomId& id, std::optional<std::int64_t> at_ms) {
  auto* found = entry(id);
  if (found == nullptr) return;
  found->still_ms = at_ms;
  tell(id, *found);
}

void Rooms::set_recording(const RoomId& id, std::optional<protocol::RoomRecording> recording,
                          std::optional<std::int64_t> rewind_from_ms, bool captured) {
  auto* found = entry(id);
  if (found == nullptr) return;
  found->recording = std::move(recording);
  found->rewind_from_ms = rewind_from_ms;
  found->captured = captured;
  tell(id, *found);
}

std::vector<protocol::Room> Rooms::list() const {
  std::vector<protocol::Room> all;
  all.reserve(rooms_.size());
  auto at = now();
  for (const auto& [id, entry] : rooms_) all.push_back(view(id, entry, at));
  return all;
}

std::optional<protocol::Room> Rooms::find(const RoomId& id) const {
  auto found = rooms_.find(id);
  if (found == rooms_.end()) return std::nullopt;
  return view(id, found->second, now());
}

bool Rooms::relay_answers() const {
  return relay_answered_ && now() - *relay_answered_ <= kRelaySilent;
}

void Rooms::relay_polled(const Result<protocol::RelayStatus>& status) {
  if (bool down = !status; down != relay_down_noted_) {
    relay_down_noted_ = down;
    if (down) glib::log::warning("relay", "the relay gives no status: {}", status.error().message);
    if (!down) glib::log::info("relay", "the relay answers again");
  }
  if (!status) {
    if (!relay_answers()) forget_relay();
    return look_at_all();
  }
  auto at = now();
  relay_answered_ = at;
  std::unordered_map<std::string_view, const protocol::RelayRoom*> seen;
  for (const auto& room : status->rooms) seen.emplace(room.room, &room);
  for (auto& [id, entry] : rooms_) {
    auto found = seen.find(id.text());
    entry.relay = found == seen.end() ? std::nullopt : std::optional(*found->second);
    if (const auto* video = video_of(entry.relay)) entry.frames.observe(video->frames, video->last_ms, at);
  }
  look_at_all();
}

/// What the relay saw is no longer true, at the latest when it has been silent for a while.
void Rooms::forget_relay() {
  for (auto& [id, entry] : rooms_) entry.relay.reset();
}

void Rooms::agent_connected(const RoomId& id) {
  auto found = rooms_.find(id);
  if (found == rooms_.end()) return;
  found->second.agent = AgentEvidence{now(), std::nullopt, {}};
  look_at(id, found->second);
}

void Rooms::agent_reported(const RoomId& id, protocol::Heartbeat heartbeat) {
  auto found = rooms_.find(id);
  if (found == rooms_.end() || !found->second.agent) return;
  for (auto* cause : {&heartbeat.camera.cause, &heartbeat.microphone.cause, &heartbeat.uplink.cause}) {
    *cause = tidy(*cause);
  }
  found->second.agent->heartbeat_at = now();
  found->second.agent->heartbeat = std::move(heartbeat);
  look_at(id, found->second);
}

void Rooms::agent_gone(const RoomId& id) {
  auto found = rooms_.find(id);
  if (found == rooms_.end()) return;
  found->second.agent.reset();
  look_at(id, found->second);
}

Evidence Rooms::evidence_of(const Entry& entry) const {
  return {now(),
          unix_ms(),
          relay_answered_,
          entry.frames.newest(),
          is_paused(entry.relay),
          entry.agent,
          entry.device.has_value()};
}

void Rooms::look_at_all() {
  for (auto& [id, entry] : rooms_) look_at(id, entry);
}

void Rooms::look_at(const RoomId& id, Entry& entry) {
  if (stopped_) return;
  auto before = entry.status;
  entry.status = step(std::move(entry.status), evidence_of(entry));
  if (worth_noting(before, entry.status)) note(id, entry);
  tell(id, entry);
}

void Rooms::note(const RoomId& id, const Entry& entry) {
  const auto& verdict = entry.status.verdict;
  auto state = std::string(protocol::to_text(verdict.state));
  auto cause = std::string(protocol::to_text(verdict.cause));
  glib::log::write(glib::log::Level::info, "status",
                   fmt::format("{} is {}, cause {}{}{}", id.text(), state, cause,
                               verdict.detail.empty() ? "" : ": ", verdict.detail),
                   {{"CLASSCAST_ROOM", id.text()}, {"CLASSCAST_STATE", state}, {"CLASSCAST_CAUSE", cause}});
  if (on_diary) on_diary({id, unix_ms(), state, cause, verdict.detail, verdict.since_ms});
}

void Rooms::tell(const RoomId& id, Entry& entry) {
  auto at = now();
  auto room = view(id, entry, at);
  bool news = differs(room, entry.told);
  bool measured = room != entry.told && at - entry.told_at >= kMeasurePause;
  if (!news && !measured) return;
  entry.told = room;
  entry.told_at = at;
  if (on_changed) on_changed(room);
}

protocol::Room Rooms::view(const RoomId& id, const Entry& entry, Instant now) {
  const auto& verdict = entry.status.verdict;
  protocol::Room room{
      id.text(), entry.record.name, verdict.state, verdict.cause, verdict.detail, verdict.since_ms, 0, {}, {},
      {}};
  room.kind = store::text(entry.record.kind);
  room.archived = entry.record.archived;
  room.description = entry.record.description;
  room.owner_id = entry.record.owner_id;
  room.owner_name = entry.record.owner_name;
  room.still_ms = entry.still_ms;
  room.recording = entry.recording;
  room.rewind_from_ms = entry.rewind_from_ms;
  room.rewind_minutes = entry.record.rewind_minutes;
  room.keep_days = entry.record.keep_days;
  if (entry.relay) room.viewers = entry.relay->viewers;
  // People are counted, not programs.
  if (entry.captured && room.viewers > 0) --room.viewers;
  if (auto newest = entry.frames.newest()) room.last_frame_ms = to_ms(now - *newest);
  bool reports = entry.agent && entry.agent->heartbeat_at;
  if (reports) room.level_dbfs = entry.agent->heartbeat.microphone.level_dbfs;
  if (const auto* video = video_of(entry.relay)) {
    room.video = protocol::VideoInfo{video->codec, {}, {}, video->bitrate_bps};
    if (reports) room.video->width = entry.agent->heartbeat.camera.width;
    if (reports) room.video->height = entry.agent->heartbeat.camera.height;
  }
  return room;
}

}  // namespace classcast::server
