// SPDX-License-Identifier: MIT
#include "store/migrations/list.hpp"

namespace classcast::store {

constexpr std::string_view kAdministration = R"sql(
-- Who did what: signing in, every view, every change of rights, rooms, people, devices and settings.
CREATE TABLE audit_log (
  id       {identity},
  at_ms    BIGINT NOT NULL,
  -- NULL: nobody was signed in. The name stays when the account goes.
  actor_id BIGINT,
  actor    TEXT NOT NULL,
  -- noun.verb, e.g. room.watch
  action   TEXT NOT NULL,
  -- Empty when no room is meant. No reference: the row outlives the room.
  room_id  TEXT NOT NULL,
  -- One line for people; never a secret.
  detail   TEXT NOT NULL,
  address  TEXT NOT NULL
);
CREATE INDEX audit_log_at ON audit_log (at_ms);

-- What administrators changed; a setting without a row has its default.
CREATE TABLE settings (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE INDEX status_diary_at ON status_diary (at_ms);
)sql";

}  // namespace classcast::store
