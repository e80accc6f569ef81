// SPDX-License-Identifier: MIT
#include "store/migrations/list.hpp"

namespace classcast::store {

constexpr std::string_view kEnrolment = R"sql(
-- What the classroom PC said of itself when it connected last.
ALTER TABLE devices ADD COLUMN host TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN software TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN seen_ms BIGINT;

-- A key that a classroom PC changes for its credential: a short code for one room, or a long token for the
-- many PCs of one disk image.
CREATE TABLE enrolments (
  id         {identity},
  -- SHA-256 of the code or token.
  key_hash   TEXT NOT NULL UNIQUE,
  -- The room of a code; NULL for a token, whose rooms are in enrolment_hosts.
  room_id    TEXT REFERENCES rooms (id) ON DELETE CASCADE,
  uses_left  BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL,
  created_ms BIGINT NOT NULL
);

-- Which room a host of an image belongs to; a host that bears a room's id needs no row.
CREATE TABLE enrolment_hosts (
  enrolment_id BIGINT NOT NULL REFERENCES enrolments (id) ON DELETE CASCADE,
  host         TEXT NOT NULL,
  room_id      TEXT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  PRIMARY KEY (enrolment_id, host)
);
)sql";

}  // namespace classcast::store
