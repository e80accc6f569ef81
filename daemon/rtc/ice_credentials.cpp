// SPDX-License-Identifier: MIT
#include "rtc/ice_credentials.hpp"

#include "base/random.hpp"

namespace classcast::rtc {

IceCredentials IceCredentials::random() {
  constexpr std::size_t kUfragOctets = 6;
  constexpr std::size_t kPwdOctets = 18;
  // ice-char (RFC 8839 §5.4) is ALPHA, DIGIT, "+" and "/": hexadecimal is a part of it.
  return {random_hex(kUfragOctets), Secret(random_hex(kPwdOctets))};
}

}  // namespace classcast::rtc
