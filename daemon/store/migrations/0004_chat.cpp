// SPDX-License-Identifier: MIT
#include "store/migrations/list.hpp"

namespace classcast::store {

constexpr std::string_view kChat = R"sql(
-- Counts every change of a room's chat; a reader who knows all up to n asks for what came after n.
ALTER TABLE rooms ADD COLUMN chat_seq BIGINT NOT NULL DEFAULT 0;

CREATE TABLE messages (
  room_id     TEXT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  -- The number of the change that made it: its place among the others.
  id          BIGINT NOT NULL,
  -- The number of its newest change.
  seq         BIGINT NOT NULL,
  -- NULL once the account is deleted; the name stays.
  author_id   BIGINT REFERENCES users (id) ON DELETE SET NULL,
  author_name TEXT NOT NULL,
  -- Made by the sender: sent twice, stored once.
  client_id   TEXT NOT NULL,
  -- Empty once deleted.
  text        TEXT NOT NULL,
  created_ms  BIGINT NOT NULL,
  edited_ms   BIGINT,
  deleted_ms  BIGINT,
  -- The moderator who deleted it; NULL when the author did.
  deleted_by  TEXT,
  pinned_ms   BIGINT,
  PRIMARY KEY (room_id, id),
  UNIQUE (room_id, author_id, client_id)
);
CREATE UNIQUE INDEX messages_seq ON messages (room_id, seq);
CREATE INDEX messages_pinned ON messages (room_id) WHERE pinned_ms IS NOT NULL;
CREATE INDEX messages_author ON messages (author_id);

-- How far a person has read.
CREATE TABLE chat_reads (
  room_id TEXT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  seq     BIGINT NOT NULL,
  PRIMARY KEY (room_id, user_id)
);
CREATE INDEX chat_reads_user ON chat_reads (user_id);
)sql";

}  // namespace classcast::store
