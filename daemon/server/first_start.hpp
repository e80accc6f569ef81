// SPDX-License-Identifier: MIT
// What the first start makes and every later start finds: the token keys and the first administrator.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "protocol/token.hpp"
#include "store/database.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace classcast::server {

inline constexpr const char* kTokenKeyFile = "token.key";
inline constexpr const char* kTokenPublicFile = "token.pub";
inline constexpr const char* kRecorderCredentialFile = "recorder.credential";
inline constexpr const char* kLocalRecorder = "local";
inline constexpr const char* kFirstAdministrator = "admin";

/// Makes `token.key` (0600) and `token.pub` (0644) unless the key is there.
Result<protocol::TokenSigner> ensure_token_keys(const std::filesystem::path& directory);

/// The password of the administrator that was just made; nullopt when there are users already.
Result<std::optional<Secret>> ensure_administrator(store::Database& database);

/// Makes `recorder.credential` (0640, for the group of the service) of the recorder on this machine, and sees
/// to it that the database knows it.
Result<void> ensure_recorder(store::Database& database, const std::filesystem::path& directory);

/// A recorder with a new credential, which is shown this once; a former one of that name is revoked.
Result<Secret> make_recorder(store::Database& database, const std::string& name);

}  // namespace classcast::server
