// SPDX-License-Identifier: MIT
#include "store/migrations/list.hpp"

namespace classcast::store {

constexpr std::string_view kPeopleRoomsAndDiary = R"sql(
-- Points in time are Unix milliseconds in columns named *_ms. Secrets are kept as SHA-256 in hex when they
-- are random (sessions, device credentials) and as scrypt when a person chose them (passwords).

-- A person who can sign in.
CREATE TABLE users (
  id            {identity},
  -- As the person wrote it, for display.
  name          TEXT NOT NULL,
  -- The name in lower case: "Anna" and "anna" are one account.
  name_key      TEXT NOT NULL UNIQUE,
  role          TEXT NOT NULL
                CHECK (role IN ('admin', 'principal', 'teacher', 'assistant', 'student', 'guest')),
  -- scrypt$N$r$p$salt$hash
  password_hash TEXT NOT NULL,
  created_ms    BIGINT NOT NULL
);

-- A signed-in browser. Rows outlive a restart of the server, so nobody has to sign in again.
CREATE TABLE sessions (
  -- SHA-256 of the cookie: a stolen database opens no session.
  token_hash TEXT PRIMARY KEY,
  user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  -- What X-CSRF-Token must be in this session.
  csrf       TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  -- Last use, written at most every few minutes; a session idle for too long ends.
  seen_ms    BIGINT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

-- A room. Its id is part of URLs, stream names and tokens and never changes.
CREATE TABLE rooms (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  created_ms BIGINT NOT NULL
);

-- The classroom PC of a room: one at a time. A new credential replaces the former.
CREATE TABLE devices (
  room_id         TEXT PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE,
  -- SHA-256 of the credential that was shown once at enrolment.
  credential_hash TEXT NOT NULL UNIQUE,
  created_ms      BIGINT NOT NULL
);

-- The status diary: one row for every change of a room's state or cause.
CREATE TABLE status_diary (
  id      {identity},
  room_id TEXT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  at_ms   BIGINT NOT NULL,
  -- live, standby, stale, no_audio, privacy, offline
  state   TEXT NOT NULL,
  -- none, camera, microphone, pc, network, relay, starting
  cause   TEXT NOT NULL,
  -- One sentence for people, as it was shown.
  detail  TEXT NOT NULL,
  -- Since when the state holds; older than at_ms when only the cause changed.
  since_ms BIGINT NOT NULL
);
CREATE INDEX status_diary_room ON status_diary (room_id, id);
)sql";

}  // namespace classcast::store
