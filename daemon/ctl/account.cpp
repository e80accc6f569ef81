// SPDX-License-Identifier: MIT
#include "ctl/account.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace classcast::ctl {

namespace {

/// SupplementaryGroups= of systemd/classcastd.service.
constexpr const char* kDeviceGroups[] = {"audio", "video", "render"};
constexpr int kMostGroups = 64;

std::vector<gid_t> groups_of(const passwd& account) {
  std::vector<gid_t> groups(kMostGroups);
  int count = kMostGroups;
  if (getgrouplist(account.pw_name, account.pw_gid, groups.data(), &count) < 0) count = kMostGroups;
  groups.resize(static_cast<std::size_t>(count));
  for (const auto* name : kDeviceGroups) {
    if (const auto* group = getgrnam(name)) groups.push_back(group->gr_gid);
  }
  return groups;
}

}  // namespace

Result<void> become(const std::string& account) {
  if (geteuid() != 0) return {};
  const auto* found = getpwnam(account.c_str());
  if (found == nullptr || found->pw_uid == 0) return {};
  auto groups = groups_of(*found);
  if (setgroups(groups.size(), groups.data()) != 0 || setgid(found->pw_gid) != 0 ||
      setuid(found->pw_uid) != 0)
    return fail(Errc::denied, "cannot become the account {}", account);
  // The caller's own sound server and keys are not the service's.
  setenv("HOME", found->pw_dir, 1);
  for (const auto* name :
       {"XDG_RUNTIME_DIR", "PULSE_SERVER", "PULSE_RUNTIME_PATH", "DBUS_SESSION_BUS_ADDRESS"})
    unsetenv(name);
  return {};
}

}  // namespace classcast::ctl
