// SPDX-License-Identifier: MIT
// Arrivals: when a publisher's packets came, as transport-wide feedback from which its sender learns the
// bandwidth (draft-holmer-rmcat-transport-wide-cc-extensions-01). Without it Chromium stays near 300 kbit/s.
#pragma once

#include "base/clock.hpp"
#include "rtc/rtcp/transport_cc.hpp"
#include "rtc/seq.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace classcast::relay {

class Arrivals {
 public:
  static constexpr Duration kInterval = 50ms;
  /// Feedback goes out early when this many packets wait to be reported.
  static constexpr std::size_t kMaxPending = 200;

  void on_packet(std::uint16_t transport_seq, Instant now);
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  /// The feedback that is due, if any; the caller fills in the SSRCs.
  std::optional<rtc::rtcp::TransportCc> due(Instant now);

 private:
  struct Arrival {
    std::int64_t seq;
    std::int64_t ticks;  // in units of TransportCc::kDeltaUnit
  };
  rtc::rtcp::TransportCc build();

  rtc::SeqUnwrapper unwrapper_;
  std::vector<Arrival> pending_;
  std::optional<std::int64_t> reported_;  // the highest sequence number so far
  Instant sent_at_{};
  std::uint8_t count_ = 0;
};

}  // namespace classcast::relay
