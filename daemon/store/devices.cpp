// SPDX-License-Identifier: MIT
#include "store/devices.hpp"

#include "base/strings.hpp"

namespace classcast::store {

Result<void> set_device(Database& database, const Device& device, std::int64_t now_ms) {
  return no_rows(database.run(
      "INSERT INTO devices (room_id, credential_hash, created_ms, host) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (room_id) DO UPDATE SET credential_hash = excluded.credential_hash,"
      " created_ms = excluded.created_ms, host = excluded.host, software = '', address = '', seen_ms = NULL",
      {device.room.text(), device.credential_hash, now_ms, device.host}));
}

Result<std::vector<Device>> list_devices(Database& database) {
  auto answer = database.run(
      "SELECT room_id, credential_hash, created_ms, host, software, address, seen_ms FROM devices"
      " ORDER BY room_id");
  if (!answer) return fail(answer);
  std::vector<Device> devices;
  devices.reserve(answer->rows.size());
  for (const auto& row : answer->rows) {
    auto room = RoomId::parse(row.text(0));
    if (!room)
      return fail(Errc::internal, "the database holds a device of a bad room: {}", room.error().message);
    devices.push_back({*room, row.text(1), row.integer(2), row.text(3), row.text(4), row.text(5), {}});
    if (!row.null(6)) devices.back().seen_ms = row.integer(6);
  }
  return devices;
}

Result<void> remove_device(Database& database, const RoomId& room) {
  return must_change(database.run("DELETE FROM devices WHERE room_id = $1", {room.text()}), "device");
}

Result<void> note_device(Database& database, const Device& device, std::int64_t now_ms) {
  return no_rows(database.run(
      "UPDATE devices SET host = $1, software = $2, address = $3, seen_ms = $4 WHERE room_id = $5",
      {device.host, device.software, device.address, now_ms, device.room.text()}));
}

Result<std::int64_t> add_enrolment(Database& database, const Enrolment& enrolment) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return fail(transaction);
  if (enrolment.room) {
    auto former = database.run("DELETE FROM enrolments WHERE room_id = $1", {*enrolment.room});
    if (!former) return fail(former);
  }
  auto id = single_number(
      database.run("INSERT INTO enrolments (key_hash, room_id, uses_left, expires_ms, created_ms)"
                   " VALUES ($1, $2, $3, $4, $5) RETURNING id",
                   {enrolment.key_hash, optional_value(enrolment.room), enrolment.uses_left,
                    enrolment.expires_ms, enrolment.created_ms}));
  if (!id) return id;
  for (const auto& [host, room] : enrolment.hosts) {
    auto added = database.run(
        "INSERT INTO enrolment_hosts (enrolment_id, host, room_id) VALUES ($1, $2, $3)"
        " ON CONFLICT DO NOTHING",
        {*id, lower(host), room});
    if (!added) return fail(added);
  }
  if (auto committed = transaction->commit(); !committed) return fail(committed);
  return id;
}

Result<std::vector<Enrolment>> list_enrolment_tokens(Database& database, std::int64_t now_ms) {
  auto answer = database.run(
      "SELECT id, uses_left, expires_ms, created_ms FROM enrolments"
      " WHERE room_id IS NULL AND uses_left > 0 AND expires_ms > $1 ORDER BY id DESC LIMIT 1000",
      {now_ms});
  if (!answer) return fail(answer);
  std::vector<Enrolment> tokens;
  for (const auto& row : answer->rows) {
    tokens.push_back({row.integer(0), {}, {}, row.integer(1), row.integer(2), row.integer(3), {}});
  }
  return tokens;
}

Result<void> remove_enrolment_token(Database& database, std::int64_t id) {
  return must_change(database.run("DELETE FROM enrolments WHERE id = $1 AND room_id IS NULL", {id}), "token");
}

namespace {

constexpr const char* kWrongKey = "The code or token is wrong, used or expired.";

/// Uses the key once; its id and its room, if it has one.
Result<Enrolment> use_key(Database& database, const std::string& key_hash, std::int64_t now_ms) {
  auto answer = database.run(
      "UPDATE enrolments SET uses_left = uses_left - 1 WHERE key_hash = $1 AND uses_left > 0"
      " AND expires_ms > $2 RETURNING id, room_id",
      {key_hash, now_ms});
  if (!answer) return fail(answer);
  if (answer->rows.empty()) return fail(Errc::not_found, "{}", kWrongKey);
  const auto& row = answer->rows.front();
  Enrolment enrolment;
  enrolment.id = row.integer(0);
  if (!row.null(1)) enrolment.room = row.text(1);
  return enrolment;
}

Result<RoomId> room_for(Database& database, const Enrolment& enrolment, const std::string& host) {
  if (enrolment.room) return RoomId::parse(*enrolment.room);
  auto answer = database.run("SELECT room_id FROM enrolment_hosts WHERE enrolment_id = $1 AND host = $2",
                             {enrolment.id, lower(host)});
  if (!answer) return fail(answer);
  if (!answer->rows.empty()) return RoomId::parse(answer->rows.front().text(0));
  auto known = single_number(database.run("SELECT COUNT(*) FROM rooms WHERE id = $1", {lower(host)}));
  if (!known) return fail(known);
  if (*known == 0) return fail(Errc::not_found, "No room is meant for the host \"{}\".", printable(host));
  return RoomId::parse(lower(host));
}

}  // namespace

Result<RoomId> enrol_device(Database& database, const std::string& key_hash, const std::string& host,
                            const std::string& credential_hash, std::int64_t now_ms) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return fail(transaction);
  auto enrolment = use_key(database, key_hash, now_ms);
  if (!enrolment) return fail(enrolment);
  auto room = room_for(database, *enrolment, host);
  if (!room) return room;
  if (auto set = set_device(database, {*room, credential_hash, now_ms, host}, now_ms); !set) return fail(set);
  if (auto committed = transaction->commit(); !committed) return fail(committed);
  return room;
}

}  // namespace classcast::store
