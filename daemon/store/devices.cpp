// SPDX-License-Identifier: MIT
#include "store/devices.hpp"

namespace classcast::store {

Result<void> set_device(Database& database, const Device& device, std::int64_t now_ms) {
  auto answer = database.run(
      "INSERT INTO devices (room_id, credential_hash, created_ms) VALUES ($1, $2, $3)"
      " ON CONFLICT (room_id) DO UPDATE SET credential_hash = excluded.credential_hash,"
      " created_ms = excluded.created_ms",
      {device.room.text(), device.credential_hash, now_ms});
  if (!answer) return fail(answer);
  return {};
}

Result<std::vector<Device>> list_devices(Database& database) {
  auto answer = database.run("SELECT room_id, credential_hash FROM devices ORDER BY room_id");
  if (!answer) return fail(answer);
  std::vector<Device> devices;
  devices.reserve(answer->rows.size());
  for (const auto& row : answer->rows) {
    auto room = RoomId::parse(row.text(0));
    if (!room)
      return fail(Errc::internal, "the database holds a device of a bad room: {}", room.error().message);
    devices.push_back({*room, row.text(1)});
  }
  return devices;
}

}  // namespace classcast::store
