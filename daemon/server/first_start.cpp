// SPDX-License-Identifier: MIT
#include "server/first_start.hpp"

#include "base/clock.hpp"
#include "server/passwords.hpp"
#include "server/state_directory.hpp"
#include "store/users.hpp"

namespace classcast::server {

namespace fs = std::filesystem;

namespace {

/// The public half first, so that a private key on disk always has one beside it.
Result<std::string> make_and_write_keys(const fs::path& directory) {
  auto keys = protocol::make_token_keys();
  if (!keys) return fail(keys);
  if (auto written = write_file(directory / kTokenPublicFile, keys->public_pem, 0644); !written)
    return fail(written);
  if (auto written = write_file(directory / kTokenKeyFile, keys->private_pem, 0600); !written)
    return fail(written);
  return keys->private_pem;
}

}  // namespace

Result<protocol::TokenSigner> ensure_token_keys(const fs::path& directory) {
  auto pem = read_file(directory / kTokenKeyFile);
  if (!pem && pem.error().code == Errc::not_found) pem = make_and_write_keys(directory);
  if (!pem) return fail(pem);
  auto signer = protocol::TokenSigner::create(*pem);
  if (!signer) {
    return fail(Errc::invalid, "{}: {}", (directory / kTokenKeyFile).string(), signer.error().message);
  }
  return signer;
}

Result<std::optional<Secret>> ensure_administrator(store::Database& database) {
  auto users = store::count_users(database);
  if (!users) return fail(users);
  if (*users > 0) return std::optional<Secret>();
  auto password = random_password();
  store::User admin{0, kFirstAdministrator, store::Role::admin, hash_password(password)};
  if (auto added = store::add_user(database, admin, unix_ms()); !added) return fail(added);
  return std::optional(password);
}

}  // namespace classcast::server
