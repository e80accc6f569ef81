// SPDX-License-Identifier: MIT
// Queries about classroom PCs and the keys that enrol them.
#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace classcast::store {

struct Device {
  RoomId room;
  /// SHA-256 of the credential, hex.
  std::string credential_hash;
  std::int64_t created_ms = 0;
  /// What it said of itself; empty before it connected.
  std::string host = {};
  std::string software = {};
  std::string address = {};
  std::optional<std::int64_t> seen_ms = {};
};

/// Replaces the room's former device. Errc::not_found when there is no such room.
Result<void> set_device(Database& database, const Device& device, std::int64_t now_ms);
Result<std::vector<Device>> list_devices(Database& database);
Result<void> remove_device(Database& database, const RoomId& room);
Result<void> note_device(Database& database, const Device& device, std::int64_t now_ms);

/// A code for one room, or a token for the hosts of an image.
struct Enrolment {
  std::int64_t id = 0;
  std::string key_hash;
  std::optional<std::string> room = {};
  std::int64_t uses_left = 1;
  std::int64_t expires_ms = 0;
  std::int64_t created_ms = 0;
  std::vector<std::pair<std::string, std::string>> hosts = {};
};

/// A code replaces the room's former one. Errc::not_found when a room does not exist.
Result<std::int64_t> add_enrolment(Database& database, const Enrolment& enrolment);
/// Tokens that can still be used.
Result<std::vector<Enrolment>> list_enrolment_tokens(Database& database, std::int64_t now_ms);
Result<void> remove_enrolment_token(Database& database, std::int64_t id);
/// The room for a host that shows this key, with the device's new credential set in the same transaction.
/// Errc::not_found: wrong, used, expired, or no room for this host.
Result<RoomId> enrol_device(Database& database, const std::string& key_hash, const std::string& host,
                            const std::string& credential_hash, std::int64_t now_ms);

}  // namespace classcast::store
