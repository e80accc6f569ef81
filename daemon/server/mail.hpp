// SPDX-License-Identifier: MIT
// Mail: what the server writes to people, and how it looks on the wire (RFC 5322, RFC 2045, RFC 2047).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace classcast::server {

struct Mail {
  std::string to;
  std::string subject;
  /// UTF-8, lines end with \n.
  std::string text;
};

/// A mail's headers that are not the writer's.
struct Envelope {
  /// A bare address, e.g. classcast@school.example.
  std::string from;
  std::string school;
  std::int64_t at_ms = 0;
  /// Random; becomes the Message-ID.
  std::string id;
};

/// The mail as it is given to the mail server, lines ending with CRLF.
std::string mail_text(const Mail& mail, const Envelope& envelope);
/// RFC 2047 §2: text for a header, as it is when it is short and plain ASCII.
std::string header_text(std::string_view text);

/// `link` sets a new password.
Mail recovery_mail(const std::string& to, const std::string& name, const std::string& school,
                   const std::string& link);
/// `link` makes an account.
Mail invitation_mail(const std::string& to, const std::string& school, const std::string& link);
/// What an administrator sends to see whether mail arrives.
Mail trial_mail(const std::string& to, const std::string& school);

}  // namespace classcast::server
