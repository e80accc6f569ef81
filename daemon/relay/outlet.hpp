// SPDX-License-Identifier: MIT
// Outlet: where room code puts packets for one remote peer; a session in the relay, a recorder in the tests.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"

#include <cstddef>

namespace classcast::relay {

class Outlet {
 public:
  virtual ~Outlet() = default;
  /// rtc::kMaxDatagram octets in the batch that goes out next, until anything else is sent: what is written
  /// here and then sent is not copied again.
  virtual MutableBytes space() = 0;
  /// `size` octets at the front of `buffer`, which has room behind them for rtc::kSrtpOverhead. False when
  /// the peer cannot be reached.
  virtual bool send_rtp(MutableBytes buffer, std::size_t size, Instant now) = 0;
  /// The same with rtc::kSrtcpOverhead.
  virtual bool send_rtcp(MutableBytes buffer, std::size_t size, Instant now) = 0;
};

}  // namespace classcast::relay
