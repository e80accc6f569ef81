// SPDX-License-Identifier: MIT
// Recordings: decides what is recorded by whom, and follows what becomes of it. The database is the truth;
// what is at work is kept in memory as well.
#pragma once

#include "base/id.hpp"
#include "glib/scope.hpp"
#include "glib/source.hpp"
#include "protocol/recorder.hpp"
#include "protocol/token.hpp"
#include "server/recorders.hpp"
#include "server/retention.hpp"
#include "server/rooms.hpp"
#include "server/school.hpp"
#include "store/recordings.hpp"
#include "store/thread.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace classcast::server {

class Recordings {
 public:
  using Done = std::function<void(Result<store::Recording>)>;
  using Change = std::function<Result<void>(store::Recording&)>;

  static constexpr Duration kRetentionInterval = 10min;
  static constexpr Duration kTokenRenewal = std::chrono::seconds(protocol::kTokenLifeSeconds) / 2;

  Recordings(store::StoreThread& store, Rooms& rooms, School& school, Recorders& recorders,
             const protocol::TokenSigner& signer, std::string relay_url);
  Recordings(const Recordings&) = delete;
  Recordings& operator=(const Recordings&) = delete;

  /// From the store, before anything else.
  void load(std::vector<store::Recording> at_work);
  void start();

  /// Begins a recording. Errc::conflict when one runs in the room; Errc::unavailable without a recorder.
  /// Asked again with the same client_id, it gives the same.
  void begin(store::Recording wanted, Done done);
  /// Keeps the last `ms` of a room that can be rewound. Errc::conflict when it cannot.
  void clip(store::Recording wanted, std::int64_t ms, Done done);
  /// Changes a recording in one step; Errc::not_found when there is none.
  void change(const std::string& id, Change change, Done done);
  /// Forgets it for good, with its file.
  void purge(const std::string& id, Done done);
  void find(const std::string& id, Done done);

  void set_relay(const std::string& url) { relay_url_ = url; }
  /// Settings, rooms or rights that jobs and retention depend on have changed.
  void policy_changed();

  [[nodiscard]] protocol::Recording view(const store::Recording& recording) const;
  [[nodiscard]] std::int64_t rewind_minutes(const RoomId& room) const;
  [[nodiscard]] std::int64_t keep_days(const RoomId& room) const;
  [[nodiscard]] RetentionPolicy policy() const;
  /// The recorder that holds the room's segments; nullptr when none is connected.
  [[nodiscard]] const Recorders::Known* recorder_of_room(const RoomId& room) const;
  [[nodiscard]] std::vector<store::Recording> running(const RoomId& room) const;

  std::function<void(const protocol::Recording&)> on_changed;
  std::function<void(const RoomId&, const std::string& id)> on_removed;
  std::function<void()> on_storage;

 private:
  void connected(std::int64_t recorder);
  void reported(std::int64_t recorder, const protocol::RecorderReport& report);
  void take_report(const store::Recording& known, const protocol::RecordingReport& report);
  void removed(const std::vector<std::string>& ids);
  void gone(std::int64_t recorder);

  void add(store::Recording wanted, Done done);
  void adopt(const store::Recording& recording);
  void tell(const store::Recording& recording) const;
  void tell_room(const RoomId& room);
  void tell_rooms();
  void resume(std::int64_t recorder);
  void continue_recording(const store::Recording& former);
  void apply_retention();
  void send_jobs();
  void plan_jobs();
  [[nodiscard]] protocol::RecorderJobs jobs_for(const Recorders::Known& recorder) const;
  [[nodiscard]] protocol::RoomJob room_job(const RoomId& room, const Recorders::Known& recorder) const;
  [[nodiscard]] const Recorders::Known* choose(const RoomId& room) const;

  store::StoreThread& store_;
  Rooms& rooms_;
  School& school_;
  Recorders& recorders_;
  const protocol::TokenSigner& signer_;
  std::string relay_url_;
  /// recording and finishing, to be resumed, to be removed from the disk.
  std::map<std::string, store::Recording> at_work_;
  std::map<std::string, protocol::RecordingReport> reports_;
  std::map<std::pair<std::int64_t, std::string>, protocol::RoomReport> captures_;
  std::set<std::string> saving_;
  std::set<RoomId> beginning_;
  std::map<std::int64_t, std::string> storage_told_;
  glib::Timer jobs_;
  glib::Timer renewal_;
  glib::Timer retention_;
  glib::Scope scope_;
};

}  // namespace classcast::server
