// SPDX-License-Identifier: MIT
#include "server/recordings.hpp"

#include "base/random.hpp"
#include "glib/log.hpp"

#include <algorithm>

namespace classcast::server {

namespace {

constexpr Duration kGather = 20ms;

std::string new_recording_id() {
  constexpr std::size_t kRecordingIdBytes = 8;
  return "r-" + random_hex(kRecordingIdBytes);
}

/// Finds, changes and stores in one step; the row as it is then.
Result<store::Recording> change_row(store::Database& database, const std::string& id,
                                    const Recordings::Change& change) {
  auto found = store::find_recording(database, id);
  if (!found) return fail(found);
  if (!*found) return fail(Errc::not_found, "There is no such recording.");
  if (auto changed = change(**found); !changed) return fail(changed);
  if (auto stored = store::update_recording(database, **found); !stored) return fail(stored);
  return std::move(**found);
}

}  // namespace

Recordings::Recordings(store::StoreThread& store, Rooms& rooms, School& school, Recorders& recorders,
                       const protocol::TokenSigner& signer, std::string relay_url)
    : store_(store),
      rooms_(rooms),
      school_(school),
      recorders_(recorders),
      signer_(signer),
      relay_url_(std::move(relay_url)) {
  recorders_.on_connected = [this](std::int64_t id) { connected(id); };
  recorders_.on_report = [this](std::int64_t id, const auto& report) { reported(id, report); };
  recorders_.on_gone = [this](std::int64_t id) { gone(id); };
}

void Recordings::load(std::vector<store::Recording> at_work) {
  for (auto& recording : at_work) {
    auto id = recording.id;
    at_work_.emplace(std::move(id), std::move(recording));
  }
}

void Recordings::start() {
  renewal_ = glib::Timer::every(kTokenRenewal, [this] { plan_jobs(); });
  retention_ = glib::Timer::every(kRetentionInterval, [this] { apply_retention(); });
  tell_rooms();
  apply_retention();
}

std::vector<store::Recording> Recordings::running(const RoomId& room) const {
  std::vector<store::Recording> running;
  for (const auto& [id, recording] : at_work_) {
    if (recording.room == room && recording.state == "recording") running.push_back(recording);
  }
  return running;
}

void Recordings::begin(store::Recording wanted, Done done) {
  if (wanted.by_id && !wanted.client_id.empty()) {
    return store_.run(
        [by = *wanted.by_id, client_id = wanted.client_id](store::Database& database) {
          return store::find_recording_of(database, by, client_id);
        },
        scope_.guard([this, wanted, done](Result<std::optional<store::Recording>> found) {
          if (!found) return done(fail(found));
          if (*found) return done(std::move(**found));
          auto anew = wanted;
          add(std::move(anew), done);
        }));
  }
  add(std::move(wanted), std::move(done));
}

void Recordings::add(store::Recording wanted, Done done) {
  bool clip = wanted.stop_ms.has_value();
  if (!clip && (!running(wanted.room).empty() || beginning_.contains(wanted.room)))
    return done(fail(Errc::conflict, "A recording runs in this room already."));
  const auto* recorder = choose(wanted.room);
  if (recorder == nullptr) return done(fail(Errc::conflict, "No recorder is connected."));
  if (!clip && recorder->storage.state == "full")
    return done(fail(Errc::conflict, "The recorder's disk is full."));
  wanted.id = new_recording_id();
  wanted.recorder_id = recorder->id;
  wanted.state = clip ? "finishing" : "recording";
  beginning_.insert(wanted.room);
  store_.run([wanted](store::Database& database) { return store::add_recording(database, wanted); },
             scope_.guard([this, wanted, done = std::move(done)](const Result<void>& stored) {
               beginning_.erase(wanted.room);
               if (!stored) return done(fail(stored));
               adopt(wanted);
               done(wanted);
             }));
}

void Recordings::clip(store::Recording wanted, std::int64_t ms, Done done) {
  const auto* recorder = recorder_of_room(wanted.room);
  if (rewind_minutes(wanted.room) == 0 || recorder == nullptr)
    return done(fail(Errc::conflict, "The room cannot be rewound now."));
  auto capture = captures_.find({recorder->id, wanted.room.text()});
  auto now_ms = unix_ms();
  if (capture == captures_.end() || !capture->second.end_ms || *capture->second.end_ms <= now_ms - ms)
    return done(fail(Errc::conflict, "There is nothing of that time."));
  wanted.from_ms = now_ms - ms;
  wanted.until_ms = now_ms;
  wanted.stop_ms = now_ms;
  begin(std::move(wanted), std::move(done));
}

void Recordings::change(const std::string& id, Change change, Done done) {
  store_.run([id, change = std::move(change)](
                 store::Database& database) { return change_row(database, id, change); },
             scope_.guard([this, done = std::move(done)](Result<store::Recording> changed) {
               if (changed) adopt(*changed);
               if (done) done(std::move(changed));
             }));
}

void Recordings::purge(const std::string& id, Done done) {
  auto forget = [](store::Recording& recording) -> Result<void> {
    if (!recording.deleted_ms || recording.is_protected)
      return fail(Errc::conflict, "Only what is in the bin and not protected can be purged.");
    recording.purged_ms = unix_ms();
    return {};
  };
  change(id, forget, [this, done = std::move(done)](Result<store::Recording> purged) {
    if (purged && on_removed) on_removed(purged->room, purged->id);
    if (done) done(std::move(purged));
  });
}

void Recordings::find(const std::string& id, Done done) {
  store_.run([id](store::Database& database) { return store::find_recording(database, id); },
             scope_.guard([done = std::move(done)](Result<std::optional<store::Recording>> found) {
               if (!found) return done(fail(found));
               if (!*found) return done(fail(Errc::not_found, "There is no such recording."));
               done(std::move(**found));
             }));
}

/// What the database says of it now.
void Recordings::adopt(const store::Recording& recording) {
  bool purged = recording.purged_ms.has_value();
  // Nothing was ever written for it, or nobody is left who could remove it.
  bool nothing = purged && (recording.path.empty() || !recording.recorder_id);
  if (nothing) {
    at_work_.erase(recording.id);
    removed({recording.id});
  } else if (recording.open() || recording.resume || purged) {
    at_work_.insert_or_assign(recording.id, recording);
  } else {
    at_work_.erase(recording.id);
    reports_.erase(recording.id);
  }
  if (!purged) tell(recording);
  tell_room(recording.room);
  plan_jobs();
}

void Recordings::tell(const store::Recording& recording) const {
  if (on_changed) on_changed(view(recording));
}

void Recordings::removed(const std::vector<std::string>& ids) {
  for (const auto& id : ids) {
    auto found = at_work_.find(id);
    if (found != at_work_.end() && !found->second.purged_ms) continue;
    store_.run([id](store::Database& database) { return store::remove_recording(database, id); },
               scope_.guard([this, id](const Result<void>& done) {
                 if (!done && done.error().code != Errc::not_found)
                   return glib::log::warning("recorder", "{} stays listed: {}", id, done.error().message);
                 at_work_.erase(id);
                 plan_jobs();
               }));
  }
}

RetentionPolicy Recordings::policy() const {
  return {school_.number("recording.keep_days"), school_.number("recording.keep_bytes"),
          school_.number("recording.bin_days")};
}

std::int64_t Recordings::rewind_minutes(const RoomId& room) const {
  const auto* record = rooms_.record(room);
  if (record == nullptr || record->archived) return 0;
  return record->rewind_minutes.value_or(school_.number("rewind.default_minutes"));
}

std::int64_t Recordings::keep_days(const RoomId& room) const {
  const auto* record = rooms_.record(room);
  auto otherwise = school_.number("recording.keep_days");
  return record == nullptr ? otherwise : record->keep_days.value_or(otherwise);
}

void Recordings::apply_retention() {
  store_.run([](store::Database& database) { return store::list_finished_recordings(database); },
             scope_.guard([this](const Result<std::vector<store::Recording>>& all) {
               if (!all) return glib::log::warning("recorder", "retention waits: {}", all.error().message);
               auto keep = [this](const RoomId& room) { return keep_days(room); };
               auto plan = plan_retention(*all, policy(), keep, unix_ms());
               for (const auto& id : plan.to_bin) {
                 change(id,
                        [](store::Recording& recording) -> Result<void> {
                          // Somebody may have protected or deleted it in the meantime.
                          if (recording.is_protected || recording.deleted_ms || recording.open())
                            return fail(Errc::conflict, "no longer to be deleted");
                          recording.deleted_ms = unix_ms();
                          return {};
                        },
                        {});
                 glib::log::info("recorder", "{} went to the bin by itself", id);
               }
               for (const auto& id : plan.purge) purge(id, {});
             }));
}

void Recordings::policy_changed() {
  tell_rooms();
  plan_jobs();
  apply_retention();
}

void Recordings::plan_jobs() {
  if (!jobs_.active()) jobs_ = glib::Timer::once(kGather, [this] { send_jobs(); });
}

void Recordings::send_jobs() {
  for (const auto* recorder : recorders_.all()) {
    if (recorder->connected) recorders_.send(recorder->id, jobs_for(*recorder));
  }
}

}  // namespace classcast::server
