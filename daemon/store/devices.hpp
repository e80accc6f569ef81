// SPDX-License-Identifier: MIT
// Queries about classroom PCs.
#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace classcast::store {

struct Device {
  RoomId room;
  /// SHA-256 of the credential, hex.
  std::string credential_hash;
};

/// Replaces the room's former device. Errc::not_found when there is no such room.
Result<void> set_device(Database& database, const Device& device, std::int64_t now_ms);
Result<std::vector<Device>> list_devices(Database& database);

}  // namespace classcast::store
