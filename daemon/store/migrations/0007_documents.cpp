// SPDX-License-Identifier: MIT
#include "store/migrations/list.hpp"

namespace classcast::store {

constexpr std::string_view kDocuments = R"sql(
-- What pages remember for a person, such as the views, groups and layouts of the wall: each one JSON object
-- that the server does not look into.
CREATE TABLE user_documents (
  user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  -- e.g. wall
  name       TEXT NOT NULL,
  body       TEXT NOT NULL,
  changed_ms BIGINT NOT NULL,
  PRIMARY KEY (user_id, name)
);
)sql";

}  // namespace classcast::store
