// SPDX-License-Identifier: MIT
// What a name, a mail address and a password have to be, and how a password is replaced.
#pragma once

#include "server/api.hpp"
#include "server/parts.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace classcast::server {

inline constexpr std::size_t kMaxEmail = 254;

/// A person's name: one line of 1 to 64 bytes.
bool valid_person_name(std::string_view name);
/// Empty, or something with an @ and no blanks.
bool valid_email(std::string_view email);
/// Answers 400 when the password is too short or too long.
bool good_password(Exchange& exchange, const Secret& password);

struct Renewal {
  std::int64_t user;
  Secret password;
  /// Hash of the one session that goes on; empty for none.
  std::string keep;
};

/// Hashes and stores a password and ends the person's sessions. `scope` belongs to the caller, who outlives
/// `done`.
void renew_password(Parts& parts, const glib::Scope& scope, const ExchangePtr& exchange, Renewal renewal,
                    std::function<void()> done);

}  // namespace classcast::server
