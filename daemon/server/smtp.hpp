// SPDX-License-Identifier: MIT
// One mail to the school's mail server (RFC 5321), by libcurl.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "server/mail_settings.hpp"

#include <atomic>
#include <string>

namespace classcast::server {

inline constexpr Duration kSmtpConnectTime = 10s;
inline constexpr Duration kSmtpTime = 20s;

/// To be called once, before any thread sends.
void prepare_smtp();

/// Blocks for at most kSmtpTime; gives up when `stop` becomes true. `text` is the whole mail.
/// Errc::unavailable: it may work later (no connection, 4yz of RFC 5321 §4.2.1). Everything else will not:
/// Errc::denied (sign-in, certificate), Errc::invalid (refused with 5yz). The message names the mail server
/// and what it said.
Result<void> send_by_smtp(const MailSettings& settings, const std::string& to, const std::string& text,
                          const std::atomic<bool>& stop);

}  // namespace classcast::server
