// SPDX-License-Identifier: MIT
// Rooms: every room with its evidence and its status. Runs the status machine, writes the diary and tells the
// hub; the table in memory is loaded from the store at start and follows it.
#pragma once

#include "base/id.hpp"
#include "glib/source.hpp"
#include "protocol/relay_status.hpp"
#include "protocol/room.hpp"
#include "server/status.hpp"
#include "store/devices.hpp"
#include "store/diary.hpp"
#include "store/rooms.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace classcast::server {

class Rooms {
 public:
  static constexpr std::size_t kMaxRooms = 1000;
  /// How often the machine looks at the clock.
  static constexpr Duration kTick = 500ms;
  /// New measurements alone are told at most this often.
  static constexpr Duration kMeasurePause = 2s;

  /// What the store holds at start.
  struct Snapshot {
    std::vector<store::Room> rooms;
    std::vector<store::Device> devices;
    std::vector<store::DiaryEntry> diary;
    std::vector<store::Member> members = {};
  };

  std::function<void(const protocol::Room&)> on_changed;
  std::function<void(const RoomId&)> on_removed;
  std::function<void(store::DiaryEntry)> on_diary;
  /// What people set for a room has changed.
  std::function<void()> on_record;

  void load(const Snapshot& snapshot);
  /// Starts the clock.
  void start();
  /// From now on nothing is noted or told: what ends now ends because the server does.
  void stop();

  void add(const store::Room& room);
  void remove(const RoomId& id);
  /// Name, kind, description, owner or archive changed.
  void update(const store::Room& room);
  void set_device(const store::Device& device);
  void remove_device(const RoomId& id);
  /// The name of a person changed.
  void rename_owner(std::int64_t user_id, const std::string& name);
  [[nodiscard]] const store::Room* record(const RoomId& id) const;
  [[nodiscard]] const store::Device* device(const RoomId& id) const;
  /// What the classroom PC last reported; nullptr when it is not connected.
  [[nodiscard]] const AgentEvidence* agent(const RoomId& id) const;
  [[nodiscard]] std::vector<RoomId> ids() const;
  /// The classroom PC introduced itself.
  void note_device(const store::Device& device);
  [[nodiscard]] bool full() const { return rooms_.size() >= kMaxRooms; }
  [[nodiscard]] bool contains(const RoomId& id) const { return rooms_.contains(id); }
  /// The room of a classroom PC that shows this credential.
  [[nodiscard]] std::optional<RoomId> room_of_credential(const std::string& credential_hash) const;
  [[nodiscard]] std::string name_of(const RoomId& id) const;
  [[nodiscard]] std::vector<protocol::Room> list() const;
  [[nodiscard]] std::optional<protocol::Room> find(const RoomId& id) const;
  [[nodiscard]] bool relay_answers() const;

  void relay_polled(const Result<protocol::RelayStatus>& status);
  void agent_connected(const RoomId& id);
  void agent_reported(const RoomId& id, protocol::Heartbeat heartbeat);
  void agent_gone(const RoomId& id);
  /// nullopt: there is none any more.
  void set_still(const RoomId& id, std::optional<std::int64_t> at_ms);
  /// The recording that runs, the oldest moment that can be played, and whether a recorder is one of the
  /// viewers.
  void set_recording(const RoomId& id, std::optional<protocol::RoomRecording> recording,
                     std::optional<std::int64_t> rewind_from_ms, bool captured);

 private:
  struct Entry {
    store::Room record;
    std::optional<store::Device> device;
    std::optional<std::int64_t> still_ms;
    std::optional<protocol::RoomRecording> recording = {};
    std::optional<std::int64_t> rewind_from_ms = {};
    bool captured = false;
    Status status;
    FrameClock frames;
    std::optional<AgentEvidence> agent;
    std::optional<protocol::RelayRoom> relay;
    protocol::Room told;
    Instant told_at;
  };

  void look_at(const RoomId& id, Entry& entry);
  void look_at_all();
  void forget_relay();
  void tell(const RoomId& id, Entry& entry);
  void note(const RoomId& id, const Entry& entry);
  [[nodiscard]] Evidence evidence_of(const Entry& entry) const;
  [[nodiscard]] static protocol::Room view(const RoomId& id, const Entry& entry, Instant now);

  Entry* entry(const RoomId& id);
  [[nodiscard]] const Entry* entry(const RoomId& id) const;

  std::map<RoomId, Entry> rooms_;
  std::optional<Instant> relay_answered_;
  bool relay_down_noted_ = false;
  bool stopped_ = false;
  glib::Timer tick_;
};

}  // namespace classcast::server
