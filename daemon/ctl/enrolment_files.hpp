// SPDX-License-Identifier: MIT
// The files in which an enrolment is kept: the credential, and a drop-in that names server, pin and
// credential.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <filesystem>
#include <string>

namespace classcast::ctl {

struct Enrolment {
  std::string server_url;
  std::string pin_sha256;  ///< empty: this computer's authorities vouch for the server
  Secret credential;
};

class EnrolmentFiles {
 public:
  /// Beside this configuration: classroom.credential, and classroom.conf.d/10-server.conf.
  explicit EnrolmentFiles(const std::filesystem::path& config);

  /// Before a code is spent: Errc::denied when the files could not be written.
  [[nodiscard]] Result<void> prepare() const;
  /// Mode 0600 and the service's account for the credential; each file is replaced in one step.
  [[nodiscard]] Result<void> write(const Enrolment& enrolment) const;

  [[nodiscard]] const std::filesystem::path& credential() const { return credential_; }
  [[nodiscard]] const std::filesystem::path& drop_in() const { return drop_in_; }

 private:
  std::filesystem::path credential_;
  std::filesystem::path drop_in_;
};

}  // namespace classcast::ctl
