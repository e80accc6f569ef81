// SPDX-License-Identifier: MIT
// Queries about people's data as a whole: what is kept of one person, and what is too old to be kept.
#pragma once

#include "store/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace classcast::store {

/// One kind of data about a person: column names and the rows in them.
struct PersonalSection {
  const char* name;
  std::vector<const char*> columns;
  std::vector<Row> rows;
};

/// All that is kept of a person, but for hashes of passwords, sessions and keys. Errc::not_found: nobody.
Result<std::vector<PersonalSection>> personal_data(Database& database, std::int64_t user_id);

/// What a person wrote in chats goes, whoever has read it. Returns how many messages.
Result<std::int64_t> remove_messages_of(Database& database, std::int64_t user_id);
/// At most `most` messages of all rooms that were written before a time, pinned ones too.
Result<std::int64_t> remove_old_messages(Database& database, std::int64_t before_ms, std::int64_t most);

/// When somebody was seen last for their account to be too old; 0: never. Guests follow the later one.
struct InactiveSince {
  std::int64_t anybody_ms = 0;
  std::int64_t guests_ms = 0;
};
struct ForgottenPerson {
  std::int64_t id = 0;
  std::string name;
};
/// Removes accounts that nobody used since then, by browser or by key; never an administrator's.
Result<std::vector<ForgottenPerson>> remove_inactive(Database& database, const InactiveSince& since);

}  // namespace classcast::store
