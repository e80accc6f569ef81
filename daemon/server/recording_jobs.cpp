// SPDX-License-Identifier: MIT
// Recordings and the recorders: who does what, and what they say of it.
#include "base/strings.hpp"
#include "glib/log.hpp"
#include "protocol/json.hpp"
#include "server/recordings.hpp"

#include <functional>

namespace classcast::server {

namespace {

constexpr const char* kAway = "The recorder is not connected; it goes on by itself.";

bool usable(const Recorders::Known& recorder) {
  return recorder.connected || unix_ms() - recorder.seen_ms < Recorders::kAwayMs;
}

/// A room stays with its recorder while that is there: the greatest of these, of all that are there.
std::size_t weight(const Recorders::Known& recorder, const RoomId& room) {
  return std::hash<std::string>()(recorder.name + "/" + room.text());
}

std::string gaps_text(const std::vector<protocol::RecordingGap>& gaps) {
  protocol::JsonWriter writer;
  protocol::write_gaps(writer, gaps);
  return writer.finish();
}

void take_result(store::Recording& recording, const protocol::RecordingResult& result) {
  recording.path = result.path;
  recording.started_ms = result.started_ms;
  recording.duration_ms = result.duration_ms;
  recording.size = result.size;
  recording.frames = result.frames;
  recording.width = result.width;
  recording.height = result.height;
  recording.sha256 = result.sha256;
  recording.thumbnail = result.thumbnail;
  recording.gaps = gaps_text(result.gaps);
}

/// The row as it is after that report.
Result<void> take_state(store::Recording& recording, const protocol::RecordingReport& report) {
  if (!recording.open()) return fail(Errc::conflict, "it is finished");
  recording.state = protocol::to_text(report.state);
  recording.detail = report.detail;
  if (report.stop_ms && !recording.stop_ms) recording.stop_ms = report.stop_ms;
  if (report.cut && report.stop_ms) recording.resume = recording.until_ms > *report.stop_ms;
  if (report.result) take_result(recording, *report.result);
  return {};
}

}  // namespace

void Recordings::connected(std::int64_t recorder) {
  const auto* known = recorders_.find(recorder);
  recorders_.send(recorder, jobs_for(*known));
  plan_jobs();
}

void Recordings::gone(std::int64_t recorder) {
  std::erase_if(captures_, [recorder](const auto& entry) { return entry.first.first == recorder; });
  storage_told_.erase(recorder);
  tell_rooms();
  plan_jobs();
  if (on_storage) on_storage();
}

void Recordings::reported(std::int64_t recorder, const protocol::RecorderReport& report) {
  std::erase_if(captures_, [recorder](const auto& entry) { return entry.first.first == recorder; });
  for (const auto& room : report.rooms) captures_[{recorder, room.room}] = room;
  for (const auto& one : report.recordings) {
    auto found = at_work_.find(one.id);
    if (found != at_work_.end() && found->second.open() && found->second.recorder_id == recorder)
      take_report(found->second, one);
  }
  removed(report.removed);
  tell_rooms();
  const auto& storage = report.storage;
  if (auto told = storage.state + storage.detail; storage_told_[recorder] != told) {
    storage_told_[recorder] = told;
    if (on_storage) on_storage();
  }
  if (storage.state == "ok" || storage.state == "low") resume(recorder);
}

void Recordings::take_report(const store::Recording& known, const protocol::RecordingReport& report) {
  bool first = !reports_.contains(report.id);
  auto& last = reports_[report.id];
  bool moved = first || last.progress != report.progress || last.detail != report.detail;
  last = report;
  bool changed = protocol::to_text(report.state) != known.state || report.detail != known.detail ||
                 (report.stop_ms && !known.stop_ms);
  if (!changed) {
    if (moved) tell(known);
    return;
  }
  if (!saving_.insert(report.id).second) return;
  change(
      report.id, [report](store::Recording& recording) { return take_state(recording, report); },
      [this, id = report.id](const Result<store::Recording>& stored) {
        saving_.erase(id);
        if (!stored)
          return glib::log::warning("recorder", "{} is not up to date: {}", id, stored.error().message);
        if (stored->state == "ready" || stored->state == "failed") apply_retention();
      });
}

/// What was cut when the disk was full goes on when there is space again.
void Recordings::resume(std::int64_t recorder) {
  for (const auto& [id, recording] : at_work_) {
    if (!recording.resume || recording.recorder_id != recorder || saving_.contains(id)) continue;
    saving_.insert(id);
    change(
        id,
        [](store::Recording& row) -> Result<void> {
          row.resume = false;
          return {};
        },
        [this, id = id](const Result<store::Recording>& former) {
          saving_.erase(id);
          if (former && !former->deleted_ms) continue_recording(*former);
        });
    // The table has changed when that comes back; the others wait for the next report.
    return;
  }
}

void Recordings::continue_recording(const store::Recording& former) {
  if (former.until_ms <= unix_ms()) return;
  store::Recording next{"", former.room, former.title};
  next.by_id = former.by_id;
  next.by_name = former.by_name;
  next.from_ms = unix_ms();
  next.until_ms = former.until_ms;
  begin(std::move(next), [room = former.room](const Result<store::Recording>& begun) {
    if (!begun)
      glib::log::warning("recorder", "{} is not recorded on: {}", room.text(), begun.error().message);
  });
}

const Recorders::Known* Recordings::choose(const RoomId& room) const {
  for (const auto& recording : running(room)) {
    const auto* its = recorders_.find(recording.recorder_id.value_or(0));
    if (its != nullptr && usable(*its)) return its;
  }
  const Recorders::Known* best = nullptr;
  for (const auto* recorder : recorders_.all()) {
    if (!usable(*recorder)) continue;
    if (best == nullptr || weight(*recorder, room) > weight(*best, room)) best = recorder;
  }
  return best;
}

const Recorders::Known* Recordings::recorder_of_room(const RoomId& room) const {
  const auto* recorder = choose(room);
  return recorder != nullptr && recorder->connected ? recorder : nullptr;
}

protocol::RoomJob Recordings::room_job(const RoomId& room, const Recorders::Known& recorder) const {
  constexpr std::int64_t kMinuteMs = 60'000;
  protocol::RoomJob job;
  job.room = room.text();
  // A recorder beside the relay does not lose its stream when the server restarts.
  job.url = (recorder.local ? relay_url_ : std::string()) + "/whep/" + room.text() + "?layer=high";
  // The relay counts requests by name: after its restart no room waits because others ask too.
  job.token = Secret(signer_.sign("recorder:" + std::to_string(recorder.id) + "/" + room.text(), room.text(),
                                  protocol::Right::watch, unix_ms() / 1000));
  job.rewind_ms = rewind_minutes(room) * kMinuteMs;
  return job;
}

protocol::RecorderJobs Recordings::jobs_for(const Recorders::Known& recorder) const {
  protocol::RecorderJobs jobs;
  jobs.min_free = school_.number("recording.min_free");
  std::set<RoomId> wanted;
  for (const auto& [id, recording] : at_work_) {
    if (recording.recorder_id != recorder.id) continue;
    if (recording.purged_ms) {
      jobs.remove.push_back({id, recording.path});
    } else if (recording.open()) {
      jobs.recordings.push_back(
          {id, recording.room.text(), recording.from_ms, recording.until_ms, recording.stop_ms});
      if (recording.state == "recording") wanted.insert(recording.room);
    }
  }
  for (const auto& room : rooms_.ids()) {
    if (rewind_minutes(room) > 0 && choose(room) == &recorder) wanted.insert(room);
  }
  for (const auto& room : wanted) jobs.rooms.push_back(room_job(room, recorder));
  return jobs;
}

void Recordings::tell_rooms() {
  for (const auto& room : rooms_.ids()) tell_room(room);
}

void Recordings::tell_room(const RoomId& room) {
  const auto* recorder = recorder_of_room(room);
  auto capture = recorder == nullptr ? captures_.end() : captures_.find({recorder->id, room.text()});
  std::optional<protocol::RoomRecording> shown;
  for (const auto& recording : running(room)) {
    shown = protocol::RoomRecording{recording.id, recording.from_ms, recording.until_ms, "waiting", ""};
    if (capture != captures_.end()) {
      shown->state = protocol::to_text(capture->second.state);
      shown->detail = capture->second.cause;
    } else if (recorder == nullptr) {
      shown->detail = kAway;
    }
  }
  bool captured = capture != captures_.end() && capture->second.state == protocol::CaptureState::recording;
  std::optional<std::int64_t> rewind_from;
  if (capture != captures_.end() && rewind_minutes(room) > 0) rewind_from = capture->second.from_ms;
  rooms_.set_recording(room, shown, rewind_from, captured);
}

protocol::Recording Recordings::view(const store::Recording& recording) const {
  protocol::Recording shown;
  shown.id = recording.id;
  shown.room = recording.room.text();
  shown.room_name = rooms_.name_of(recording.room);
  shown.title = recording.title;
  shown.state = recording.deleted_ms
                    ? protocol::RecordingState::deleted
                    : protocol::recording_state(recording.state).value_or(protocol::RecordingState::failed);
  shown.started_ms = recording.started_ms.value_or(recording.from_ms);
  if (recording.duration_ms) shown.ended_ms = *shown.started_ms + *recording.duration_ms;
  if (!shown.ended_ms) shown.ended_ms = recording.stop_ms;
  if (recording.state == "recording") shown.until_ms = recording.until_ms;
  shown.duration_ms = recording.duration_ms;
  shown.size = recording.size;
  shown.frames = recording.frames;
  shown.width = recording.width;
  shown.height = recording.height;
  shown.sha256 = recording.sha256;
  shown.detail = recording.detail;
  auto report = reports_.find(recording.id);
  if (report != reports_.end() && recording.state == "finishing") shown.progress = report->second.progress;
  shown.is_protected = recording.is_protected;
  shown.thumbnail = recording.thumbnail;
  shown.by_id = recording.by_id;
  shown.by_name = recording.by_name;
  if (auto gaps = protocol::JsonReader::parse(recording.gaps)) shown.gaps = protocol::read_gaps(*gaps);
  shown.deleted_ms = recording.deleted_ms;
  shown.purge_ms = purge_ms(recording, policy().bin_days);
  shown.expires_ms = expires_ms(recording, keep_days(recording.room));
  return shown;
}

}  // namespace classcast::server
