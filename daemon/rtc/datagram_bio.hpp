// SPDX-License-Identifier: MIT
// An OpenSSL BIO over one inbound datagram and a function for outbound ones. OpenSSL's own memory BIO would
// join datagrams together.
#pragma once

#include "base/bytes.hpp"

#include <openssl/bio.h>

#include <functional>

namespace classcast::rtc {

/// What the BIO reads and writes; outlives it.
struct DatagramPort {
  /// Read once, then empty.
  Bytes inbound;
  std::function<void(Bytes)> outbound;
};

/// nullptr when OpenSSL has no memory. Owned by the SSL it is given to.
BIO* new_datagram_bio(DatagramPort& port);

}  // namespace classcast::rtc
