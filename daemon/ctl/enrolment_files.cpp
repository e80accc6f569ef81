// SPDX-License-Identifier: MIT
#include "ctl/enrolment_files.hpp"

#include "ctl/account.hpp"
#include "glib/ref.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

namespace classcast::ctl {

namespace {

namespace fs = std::filesystem;

constexpr int kSecretMode = 0600;
constexpr int kPublicMode = 0644;

Result<void> replace(const fs::path& file, const std::string& text, int mode) {
  glib::GErrorSlot error;
  if (g_file_set_contents_full(
          file.c_str(), text.data(), static_cast<gssize>(text.size()),
          GFileSetContentsFlags(G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE), mode,
          error.out()) != 0)
    return {};
  return fail(Errc::denied, "cannot write {}: {}", file.string(), error.text());
}

/// The service reads it, nobody else does. Without such an account it stays the writer's own.
Result<void> give_to_service(const fs::path& file) {
  const auto* account = geteuid() == 0 ? getpwnam(kServiceAccount) : nullptr;
  if (account == nullptr || chown(file.c_str(), account->pw_uid, account->pw_gid) == 0) return {};
  return fail(Errc::denied, "cannot give {} to the account {}", file.string(), kServiceAccount);
}

std::string drop_in_text(const Enrolment& enrolment, const fs::path& credential) {
  auto text = fmt::format(
      "# Written by classcastctl enroll; the next enrolment replaces it.\n[server]\nurl = "
      "{}\ncredential_file = {}\n",
      enrolment.server_url, credential.string());
  // An empty value takes back what the main file may say: the pin decides alone.
  if (!enrolment.pin_sha256.empty())
    text += fmt::format("ca_file =\npin_sha256 = {}\n", enrolment.pin_sha256);
  return text;
}

}  // namespace

EnrolmentFiles::EnrolmentFiles(const fs::path& config)
    : credential_(fs::absolute(config).replace_extension(".credential")),
      drop_in_(fs::absolute(config).string() + ".d/10-server.conf") {}

Result<void> EnrolmentFiles::prepare() const {
  std::error_code error;
  fs::create_directories(drop_in_.parent_path(), error);
  if (error)
    return fail(Errc::denied, "cannot make {}: {}", drop_in_.parent_path().string(), error.message());
  for (const auto& file : {credential_, drop_in_}) {
    const auto folder = file.parent_path();
    if (access(folder.c_str(), W_OK) != 0)
      return fail(Errc::denied, "cannot write into {}; use sudo", folder.string());
  }
  return {};
}

Result<void> EnrolmentFiles::write(const Enrolment& enrolment) const {
  if (auto done = replace(credential_, enrolment.credential.reveal() + "\n", kSecretMode); !done) return done;
  if (auto done = give_to_service(credential_); !done) return done;
  return replace(drop_in_, drop_in_text(enrolment, credential_), kPublicMode);
}

}  // namespace classcast::ctl
