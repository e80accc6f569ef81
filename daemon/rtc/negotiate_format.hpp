// SPDX-License-Identifier: MIT
// Which payload type of an offered m-line is used, and with which feedback.
#pragma once

#include "rtc/negotiate.hpp"

#include <optional>
#include <string>
#include <vector>

namespace classcast::rtc {

/// Points into the offer.
struct ChosenFormat {
  const Format* format = nullptr;
  CodecKind codec = CodecKind::opus;
  /// The retransmission format for it, if offered (RFC 4588 §8.1).
  const Format* rtx = nullptr;
  Feedback feedback;
  /// The same as rtcp-fb texts for the answer.
  std::vector<std::string> feedback_texts;
};

CodecParameters parameters_of(const Format& format, CodecKind codec);

/// Of a publisher: H264 in packetization mode 1 before all, because cameras and every browser have it.
std::optional<ChosenFormat> choose_published(const MediaSection& offered, TransportCcUse transport_cc);

/// Of a viewer: the format which suits `source` best or, without a source, as for a publisher.
std::optional<ChosenFormat> choose_watched(const MediaSection& offered,
                                           const std::optional<CodecParameters>& source,
                                           TransportCcUse transport_cc);

}  // namespace classcast::rtc
