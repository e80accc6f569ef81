// SPDX-License-Identifier: MIT
// doctor: the service, its files and the disk.
#include "base/strings.hpp"
#include "ctl/account.hpp"
#include "ctl/doctor.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

namespace classcast::ctl {

namespace {

constexpr const char* kStateFolder = "/var/lib/classcast";
constexpr std::uint64_t kLittleDiskMb = 500;

void examine_secret_file(const std::string& file, Findings& findings) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) {
    findings.fault("permissions", fmt::format("{} cannot be read", printable(file)),
                   fmt::format("chown {}: {}", kServiceAccount, file));
    return;
  }
  constexpr mode_t kOthers = S_IRWXO;
  if ((found.st_mode & kOthers) == 0) {
    findings.good("permissions", fmt::format("{} is kept from other accounts (mode {:04o})", printable(file),
                                             found.st_mode & 07777));
    return;
  }
  findings.fault("permissions",
                 fmt::format("everybody on this computer can read {} (mode {:04o})", printable(file),
                             found.st_mode & 07777),
                 fmt::format("sudo chmod 0600 {0} && sudo chown {1}: {0}", file, kServiceAccount));
}

}  // namespace

void examine_permissions(const glib::Config& config, Findings& findings) {
  constexpr std::pair<const char*, const char*> kSecretFiles[] = {{"server", "credential_file"},
                                                                  {"camera", "password_file"}};
  for (const auto& [section, key] : kSecretFiles) {
    if (config.has(section, key)) examine_secret_file(config.text(section, key), findings);
  }
}

void examine_disk(Findings& findings) {
  struct statvfs disk {};
  const auto* folder = ::statvfs(kStateFolder, &disk) == 0 ? kStateFolder : "/";
  if (::statvfs(folder, &disk) != 0) return;
  const std::uint64_t free_mb = disk.f_bavail * disk.f_frsize / (1 << 20);
  auto text = fmt::format("{} MB are free at {}", free_mb, folder);
  if (free_mb >= kLittleDiskMb) return findings.good("disk", text);
  findings.warning("disk", text, "sudo journalctl --vacuum-size=100M");
}

void examine_service(const Patient& patient, Findings& findings) {
  if (!patient.running) {
    return findings.fault("service", patient.service_problem, "sudo systemctl restart classcastd");
  }
  const auto& uplink = patient.running->report.uplink;
  auto text = fmt::format("{} runs for {}; uplink {}{}", patient.running->software,
                          patient.running->room.empty() ? "no room yet" : patient.running->room,
                          to_text(uplink.state), uplink.cause.empty() ? "" : ": " + uplink.cause);
  const bool fine = uplink.cause.empty() && uplink.state != protocol::SourceState::backoff;
  if (fine) return findings.good("service", text);
  findings.warning("service", text, "see server and relay below");
}

}  // namespace classcast::ctl
