// SPDX-License-Identifier: MIT
// What [mail] of server.conf says.
#pragma once

#include "base/secret.hpp"

#include <cstdint>
#include <string>

namespace classcast::server {

enum class MailSecurity { starttls, tls, none };

struct MailSettings {
  /// Empty: this server sends no mail.
  std::string host;
  std::uint16_t port = 0;
  MailSecurity security = MailSecurity::starttls;
  /// Empty: no sign-in at the mail server.
  std::string username;
  Secret password;
  /// Certificates to trust instead of the system's; empty for the system's.
  std::string ca_file;
  /// A bare address.
  std::string from;

  [[nodiscard]] bool enabled() const { return !host.empty(); }
  bool operator==(const MailSettings&) const = default;
};

}  // namespace classcast::server
