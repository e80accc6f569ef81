// SPDX-License-Identifier: MIT
// What the first start makes and every later start finds: the token keys and the first administrator.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "protocol/token.hpp"
#include "store/database.hpp"

#include <filesystem>
#include <optional>

namespace classcast::server {

inline constexpr const char* kTokenKeyFile = "token.key";
inline constexpr const char* kTokenPublicFile = "token.pub";
inline constexpr const char* kFirstAdministrator = "admin";

/// Makes `token.key` (0600) and `token.pub` (0644) unless the key is there.
Result<protocol::TokenSigner> ensure_token_keys(const std::filesystem::path& directory);

/// The password of the administrator that was just made; nullopt when there are users already.
Result<std::optional<Secret>> ensure_administrator(store::Database& database);

}  // namespace classcast::server
