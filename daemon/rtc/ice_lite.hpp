// SPDX-License-Identifier: MIT
// An ICE-lite agent (RFC 8445 §2.5, §6.1.1): answers checks, follows the controlling side's nominations, and
// knows when consent was last shown (RFC 7675).
#pragma once

#include "base/clock.hpp"
#include "rtc/address.hpp"
#include "rtc/bounded.hpp"
#include "rtc/ice_credentials.hpp"
#include "rtc/stun.hpp"

#include <optional>

namespace classcast::rtc {

class IceLite {
 public:
  /// A browser with many interfaces nominates several paths one after the other; more are forgotten, oldest
  /// first.
  static constexpr std::size_t kMaxTuples = 8;
  static constexpr std::size_t kMaxResponse = 256;

  IceLite(IceCredentials local, IceCredentials remote);

  /// Answers a binding request into `out`; the part to send, empty when there is nothing to say.
  Bytes receive(const Tuple& tuple, Bytes datagram, MutableBytes out, Instant now);
  /// Both generations are answered until a check of the new one nominates a tuple.
  void restart(IceCredentials local, IceCredentials remote);
  /// Something authenticated by other means (SRTP) came from a validated tuple.
  void refresh_consent(Instant now) { consent_ = now; }

  [[nodiscard]] bool validated(const Tuple& tuple) const;
  /// The latest nominated tuple; before any nomination the first one which was validated.
  [[nodiscard]] const std::optional<Tuple>& selected() const { return selected_; }
  /// When the remote last proved that it wants to receive; nullopt before the first time.
  [[nodiscard]] std::optional<Instant> consent() const { return consent_; }
  [[nodiscard]] const IceCredentials& local() const { return current_.local; }
  [[nodiscard]] std::uint64_t rejected() const { return rejected_; }

 private:
  struct Generation {
    IceCredentials local;
    IceCredentials remote;
    /// USERNAME of requests to us: "our ufrag:their ufrag" (RFC 8445 §7.2.2).
    [[nodiscard]] bool names(std::string_view username) const;
  };
  struct Known {
    Tuple tuple;
    Instant checked;
  };

  [[nodiscard]] const Generation* generation_of(const StunMessage& request) const;
  Bytes refuse(const StunMessage& request, StunError error, MutableBytes out);
  void accept(const Tuple& tuple, const StunMessage& request, const Generation& generation, Instant now);
  void remember(const Tuple& tuple, Instant now);
  void forget_oldest();

  Generation current_;
  std::optional<Generation> previous_;
  Bounded<Known, kMaxTuples> tuples_;
  std::optional<Tuple> selected_;
  std::optional<Instant> consent_;
  std::uint64_t rejected_ = 0;
};

}  // namespace classcast::rtc
