// SPDX-License-Identifier: MIT
// Lines of SDP-like text (RFC 8866 §5): `<type>=<value>`, ended by CRLF or, from careless senders, LF.
#pragma once

#include "base/result.hpp"

#include <optional>
#include <string_view>

namespace classcast::rtc {

struct SdpLine {
  char type = 0;
  std::string_view value;
};

class SdpLines {
 public:
  explicit SdpLines(std::string_view text) : rest_(text) {}

  /// nullopt at the end; Errc::invalid for an empty line, a control character, or an overlong or shapeless
  /// line.
  Result<std::optional<SdpLine>> next();
  /// Of the line that next() gave last, from 1.
  [[nodiscard]] int number() const { return number_; }

 private:
  std::string_view rest_;
  int number_ = 0;
};

/// `name` and `name:value` of an a= line.
struct SdpAttribute {
  std::string_view name;
  std::string_view value;
};
SdpAttribute split_attribute(std::string_view text);

/// RFC 8839 §5.4: 4 to 256 ice-chars of a user fragment, 22 to 256 of a password.
bool valid_ufrag(std::string_view text);
bool valid_pwd(std::string_view text);
/// RFC 8866 §9 token, of at most 32 characters: mids, rids.
bool valid_token(std::string_view text);

}  // namespace classcast::rtc
