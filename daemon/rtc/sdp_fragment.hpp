// SPDX-License-Identifier: MIT
// application/trickle-ice-sdpfrag (RFC 8840 §9): what WHIP and WHEP carry in PATCH.
#pragma once

#include "base/result.hpp"
#include "rtc/sdp.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::rtc {

struct SdpFragment {
  /// The first credentials in the fragment; they stand at session level or in the m-line of the BUNDLE tag.
  std::string ufrag;
  Secret pwd;
  bool ice_lite = false;
  bool end_of_candidates = false;
  /// Mid of the m-line that the candidates belong to.
  std::string mid;
  std::vector<Candidate> candidates;

  /// Errc::invalid when malformed. Candidates which cannot be read are dropped (RFC 9725 §4.3.2), not an
  /// error.
  static Result<SdpFragment> parse(std::string_view text);
  /// Our answer to an ICE restart: `a=ice-lite`, credentials, and all candidates under the first m-line.
  [[nodiscard]] std::string text() const;
};

}  // namespace classcast::rtc
