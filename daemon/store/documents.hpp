// SPDX-License-Identifier: MIT
// Queries about what pages remember for a person: named JSON documents.
#pragma once

#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace classcast::store {

/// Documents of one person.
inline constexpr std::int64_t kMostDocuments = 16;

Result<std::optional<std::string>> find_document(Database& database, std::int64_t user,
                                                 const std::string& name);
/// Makes or replaces it. Errc::exhausted when the person has kMostDocuments others, Errc::not_found when
/// there is no such person.
Result<void> store_document(Database& database, std::int64_t user, const std::string& name,
                            const std::string& body, std::int64_t now_ms);

}  // namespace classcast::store
