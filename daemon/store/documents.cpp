// SPDX-License-Identifier: MIT
#include "store/documents.hpp"

namespace classcast::store {

Result<std::optional<std::string>> find_document(Database& database, std::int64_t user,
                                                 const std::string& name) {
  auto answer =
      database.run("SELECT body FROM user_documents WHERE user_id = $1 AND name = $2", {user, name});
  if (!answer) return fail(answer);
  if (answer->rows.empty()) return std::optional<std::string>();
  return std::optional(answer->rows.front().text(0));
}

Result<void> store_document(Database& database, std::int64_t user, const std::string& name,
                            const std::string& body, std::int64_t now_ms) {
  auto others =
      database.run("SELECT COUNT(*) FROM user_documents WHERE user_id = $1 AND name <> $2", {user, name});
  if (!others) return fail(others);
  if (others->rows.front().integer(0) >= kMostDocuments) {
    return fail(Errc::exhausted, "an account keeps at most {} documents", kMostDocuments);
  }
  return no_rows(database.run(
      "INSERT INTO user_documents (user_id, name, body, changed_ms) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (user_id, name) DO UPDATE SET body = excluded.body, changed_ms = excluded.changed_ms",
      {user, name, body, now_ms}));
}

}  // namespace classcast::store
