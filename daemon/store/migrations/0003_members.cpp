// SPDX-License-Identifier: MIT
#include "store/migrations/list.hpp"

namespace classcast::store {

constexpr std::string_view kMembers = R"sql(
-- classroom: fed by a classroom PC. stage: fed from a browser.
ALTER TABLE rooms ADD COLUMN kind TEXT NOT NULL DEFAULT 'classroom';
ALTER TABLE rooms ADD COLUMN description TEXT NOT NULL DEFAULT '';
-- Set: out of use; it can be read but not written.
ALTER TABLE rooms ADD COLUMN archived_ms BIGINT;
-- NULL: only administrators change it.
ALTER TABLE rooms ADD COLUMN owner_id BIGINT REFERENCES users (id) ON DELETE SET NULL;

-- Who has a right to a room besides its owner, administrators and principals.
CREATE TABLE room_members (
  room_id  TEXT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  user_id  BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  -- moderator, member
  relation TEXT NOT NULL,
  PRIMARY KEY (room_id, user_id)
);
CREATE INDEX room_members_user ON room_members (user_id);

-- The rooms that come with an invitation.
CREATE TABLE invitation_rooms (
  invitation_id BIGINT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
  room_id       TEXT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  PRIMARY KEY (invitation_id, room_id)
);
)sql";

}  // namespace classcast::store
