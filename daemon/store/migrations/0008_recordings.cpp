// SPDX-License-Identifier: MIT
#include "store/migrations/list.hpp"

namespace classcast::store {

constexpr std::string_view kRecordings = R"sql(
-- How far the room can be rewound (0: not at all) and how long its recordings are kept; NULL: as the school's settings say.
ALTER TABLE rooms ADD COLUMN rewind_minutes BIGINT;
ALTER TABLE rooms ADD COLUMN keep_days BIGINT;

-- Programs that record, each with a credential of its own.
CREATE TABLE recorders (
  id              {identity},
  name            TEXT NOT NULL UNIQUE,
  -- SHA-256 of the credential.
  credential_hash TEXT NOT NULL UNIQUE,
  created_ms      BIGINT NOT NULL,
  -- Where it serves its files, as it said when it connected last.
  url             TEXT NOT NULL DEFAULT '',
  seen_ms         BIGINT
);

CREATE TABLE recordings (
  id          TEXT PRIMARY KEY,
  -- A room with recordings cannot be deleted.
  room_id     TEXT NOT NULL REFERENCES rooms (id),
  title       TEXT NOT NULL,
  -- recording, finishing, ready or failed.
  state       TEXT NOT NULL,
  -- Who asked for it; NULL once the account is deleted, the name stays.
  by_id       BIGINT REFERENCES users (id) ON DELETE SET NULL,
  by_name     TEXT NOT NULL,
  -- Made by the caller: asked twice, recorded once. Empty: not given.
  client_id   TEXT NOT NULL,
  -- NULL once the recorder is forgotten.
  recorder_id BIGINT REFERENCES recorders (id) ON DELETE SET NULL,
  -- The range that was asked for; stop_ms when it was stopped or stopped by itself.
  from_ms     BIGINT NOT NULL,
  until_ms    BIGINT NOT NULL,
  stop_ms     BIGINT,
  -- What became of it: NULL until it is ready.
  path        TEXT,
  started_ms  BIGINT,
  duration_ms BIGINT,
  size        BIGINT,
  frames      BIGINT,
  width       BIGINT,
  height      BIGINT,
  sha256      TEXT NOT NULL DEFAULT '',
  thumbnail   BIGINT NOT NULL DEFAULT 0,
  -- JSON: {"gaps":[{"start_ms":1,"end_ms":2,"cause":""}]}
  gaps        TEXT NOT NULL DEFAULT '',
  detail      TEXT NOT NULL DEFAULT '',
  protected   BIGINT NOT NULL DEFAULT 0,
  -- It goes on as another recording when the disk has space again.
  resume      BIGINT NOT NULL DEFAULT 0,
  -- In the bin since; purged: its file is to be removed.
  deleted_ms  BIGINT,
  purged_ms   BIGINT
);
CREATE INDEX recordings_from ON recordings (from_ms);
CREATE INDEX recordings_room ON recordings (room_id, from_ms);
CREATE INDEX recordings_recorder ON recordings (recorder_id);
CREATE INDEX recordings_by ON recordings (by_id);
)sql";

}  // namespace classcast::store
