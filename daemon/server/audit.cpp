// SPDX-License-Identifier: MIT
#include "server/audit.hpp"

#include "base/clock.hpp"
#include "glib/log.hpp"

namespace classcast::server {

void Audit::note(const Exchange& exchange, std::string_view action, std::string_view room,
                 std::string_view detail) {
  store::AuditRow row{
      0, unix_ms(), {}, "", std::string(action), std::string(room), std::string(detail), exchange.remote()};
  if (exchange.session()) {
    row.actor_id = exchange.session()->user_id;
    row.actor = exchange.session()->user_name;
  }
  note(std::move(row));
}

void Audit::note(store::AuditRow row) {
  glib::log::write(
      glib::log::Level::info, "audit",
      fmt::format("{} {}{}{}{}{}", row.actor.empty() ? "somebody" : row.actor, row.action,
                  row.room.empty() ? "" : " in ", row.room, row.detail.empty() ? "" : ": ", row.detail),
      {{"CLASSCAST_ACTION", row.action}, {"CLASSCAST_ROOM", row.room}});
  store_.run(
      [row = std::move(row)](store::Database& database) { return store::add_audit_row(database, row); },
      [](const Result<void>& stored) {
        if (!stored) glib::log::error("audit", "a row is missing: {}", stored.error().message);
      });
}

}  // namespace classcast::server
