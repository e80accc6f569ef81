// SPDX-License-Identifier: MIT
#include "store/migrations/list.hpp"

namespace classcast::store {

constexpr std::string_view kAccounts = R"sql(
-- Where a forgotten password's link goes, when the server can send mail.
ALTER TABLE users ADD COLUMN email TEXT;
-- Set: the person cannot sign in; nothing of theirs is lost.
ALTER TABLE users ADD COLUMN disabled_ms BIGINT;
-- Base32 secret of one-time codes (RFC 6238); NULL: signing in asks for none.
ALTER TABLE users ADD COLUMN totp_secret TEXT;
-- A secret that was shown but not yet confirmed by a code.
ALTER TABLE users ADD COLUMN totp_pending TEXT;
-- The newest time step whose code was used: a code counts once.
ALTER TABLE users ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN seen_ms BIGINT;

-- Where a session was opened from, for the person's own list.
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';

-- A way to make an account of a given role.
CREATE TABLE invitations (
  id         {identity},
  -- SHA-256 of the code.
  code_hash  TEXT NOT NULL UNIQUE,
  role       TEXT NOT NULL,
  uses_left  BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL,
  note       TEXT NOT NULL,
  created_ms BIGINT NOT NULL
);

-- A one-time link that sets a new password.
CREATE TABLE recoveries (
  token_hash TEXT PRIMARY KEY,
  user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  expires_ms BIGINT NOT NULL
);
CREATE INDEX recoveries_user ON recoveries (user_id);

-- A key for scripts; it acts as the person who made it.
CREATE TABLE api_tokens (
  id         {identity},
  token_hash TEXT NOT NULL UNIQUE,
  user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name       TEXT NOT NULL,
  -- 1: only GET.
  read_only  BIGINT NOT NULL,
  created_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL,
  seen_ms    BIGINT
);
CREATE INDEX api_tokens_user ON api_tokens (user_id);
)sql";

}  // namespace classcast::store
