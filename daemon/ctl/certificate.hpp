// SPDX-License-Identifier: MIT
// The certificate that a server shows.
#pragma once

#include "base/result.hpp"
#include "device/url.hpp"

#include <cstdint>
#include <string>

namespace classcast::ctl {

struct ServerCertificate {
  std::string pin;           ///< of its public key (glib/public_key_pin.hpp)
  bool vouched = false;      ///< this computer's authorities vouch for it and for the name
  std::int64_t expires = 0;  ///< Unix seconds
};

/// Connects and says nothing more. Errc::unavailable when nobody answers, or not with TLS.
Result<ServerCertificate> fetch_certificate(const device::Url& url);

}  // namespace classcast::ctl
