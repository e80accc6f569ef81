// SPDX-License-Identifier: MIT
// The user fragment and password of one ICE generation (RFC 8445 §5.3).
#pragma once

#include "base/secret.hpp"

#include <string>

namespace classcast::rtc {

struct IceCredentials {
  std::string ufrag;
  Secret pwd;

  /// Random and long enough: 48 bits of ufrag, 144 bits of password (RFC 8445 asks for 24 and 128).
  static IceCredentials random();
  bool operator==(const IceCredentials&) const = default;
};

}  // namespace classcast::rtc
