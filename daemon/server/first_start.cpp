// SPDX-License-Identifier: MIT
#include "server/first_start.hpp"

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/random.hpp"
#include "base/strings.hpp"
#include "server/passwords.hpp"
#include "server/sessions.hpp"
#include "server/state_directory.hpp"
#include "store/recorders.hpp"
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

Result<Secret> make_recorder(store::Database& database, const std::string& name) {
  constexpr std::size_t kCredentialBytes = 32;
  if (!RoomId::valid(name))
    return fail(Errc::invalid, "a recorder's name has small letters, digits and hyphens");
  Secret credential(random_hex(kCredentialBytes));
  auto set = store::set_recorder(database, name, sha256_hex(credential.reveal()), unix_ms());
  if (!set) return fail(set);
  return credential;
}

Result<void> ensure_recorder(store::Database& database, const fs::path& directory) {
  constexpr mode_t kForTheGroup = 0640;
  const auto file = directory / kRecorderCredentialFile;
  auto text = read_file(file);
  if (text) {
    auto hash = sha256_hex(trim(*text));
    auto known = store::find_recorder(database, hash);
    if (!known) return fail(known);
    if (*known) return {};
    auto set = store::set_recorder(database, kLocalRecorder, hash, unix_ms());
    return set ? Result<void>() : Result<void>(fail(set));
  }
  if (text.error().code != Errc::not_found) return fail(text);
  auto credential = make_recorder(database, kLocalRecorder);
  if (!credential) return fail(credential);
  return write_file(file, credential->reveal() + "\n", kForTheGroup);
}

}  // namespace classcast::server
