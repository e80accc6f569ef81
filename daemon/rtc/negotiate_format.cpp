// SPDX-License-Identifier: MIT
#include "rtc/negotiate_format.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>

namespace classcast::rtc {

namespace {

constexpr std::uint32_t kOpusRate = 48000;
constexpr std::uint32_t kVideoRate = 90000;

std::string parameter_or(const CodecParameters& codec, std::string_view name, std::string_view missing) {
  Format format;
  format.fmtp = codec.fmtp;
  return lower(format.parameter(name).value_or(missing));
}

/// RFC 6184 §8.1: mode 0 when absent.
bool non_interleaved(const CodecParameters& codec) {
  return parameter_or(codec, "packetization-mode", "0") == "1";
}

/// RFC 6184 §8.1: profile_idc, profile-iop, level_idc; Baseline when absent.
std::string profile_level(const CodecParameters& codec) {
  return parameter_or(codec, "profile-level-id", "42000a");
}

/// How far two H.264 profiles agree; the level does not matter, because decoders take what comes.
int profile_score(const CodecParameters& source, const CodecParameters& offered) {
  auto a = profile_level(source);
  auto b = profile_level(offered);
  if (a.substr(0, 4) == b.substr(0, 4)) return 2;
  return a.substr(0, 2) == b.substr(0, 2) ? 1 : 0;
}

/// Better fits score higher; formats which do not fit at all are not asked.
int fit(const CodecParameters& source, const CodecParameters& offered) {
  if (source.kind == CodecKind::h264) return profile_score(source, offered);
  std::string_view name = source.kind == CodecKind::av1 ? "profile" : "profile-id";
  return parameter_or(source, name, "0") == parameter_or(offered, name, "0") ? 1 : 0;
}

/// The place in our order of preference, highest first; 0 for what we do not carry.
int preference(const CodecParameters& codec) {
  switch (codec.kind) {
    case CodecKind::opus:
      return 1;
    case CodecKind::h264:
      return non_interleaved(codec) ? 6 : 1;
    case CodecKind::vp8:
      return 5;
    case CodecKind::vp9:
      return 4;
    case CodecKind::av1:
      return 3;
    case CodecKind::h265:
      return 2;
  }
  return 0;
}

/// The codec of a format that is well-formed and of the m-line's kind.
std::optional<CodecKind> carried(const Format& format, const MediaSection& section) {
  auto codec = codec_by_name(format.name);
  if (!codec) return std::nullopt;
  bool audio = codec_media(*codec) == MediaKind::audio;
  if (audio != (section.media == "audio")) return std::nullopt;
  if (format.clock_rate != (audio ? kOpusRate : kVideoRate)) return std::nullopt;
  return codec;
}

/// The format with the highest score above zero; the earlier one, which the offerer prefers, of equals.
template <typename Score>
std::optional<ChosenFormat> best(const MediaSection& section, Score score) {
  std::optional<ChosenFormat> found;
  int highest = 0;
  for (const auto& format : section.formats) {
    auto codec = carried(format, section);
    if (!codec) continue;
    auto value = score(parameters_of(format, *codec));
    if (value <= highest) continue;
    highest = value;
    found = ChosenFormat{&format, *codec, nullptr, {}, {}};
  }
  return found;
}

const Format* find_rtx(const MediaSection& section, std::uint8_t pt) {
  for (const auto& format : section.formats) {
    auto apt = format.parameter("apt");
    if (iequals(format.name, "rtx") && apt && parse_int(*apt) == pt) return &format;
  }
  return nullptr;
}

struct KnownFeedback {
  std::string_view text;
  bool Feedback::*flag;
};
constexpr std::array<KnownFeedback, 6> kFeedback = {{{"nack", &Feedback::nack},
                                                     {"nack pli", &Feedback::pli},
                                                     {"ccm fir", &Feedback::fir},
                                                     {"goog-remb", &Feedback::remb},
                                                     {"transport-cc", &Feedback::transport_cc},
                                                     {"ccm pause", &Feedback::pause}}};

std::optional<ChosenFormat> complete(std::optional<ChosenFormat> chosen, const MediaSection& section,
                                     TransportCcUse transport_cc) {
  if (!chosen) return std::nullopt;
  chosen->rtx = find_rtx(section, chosen->format->pt);
  for (const auto& known : kFeedback) {
    if (known.flag == &Feedback::transport_cc && transport_cc == TransportCcUse::off) continue;
    if (!chosen->format->has_feedback(known.text)) continue;
    chosen->feedback.*known.flag = true;
    chosen->feedback_texts.emplace_back(known.text);
  }
  return chosen;
}

}  // namespace

CodecParameters parameters_of(const Format& format, CodecKind codec) {
  return {codec, format.clock_rate, format.channels, format.fmtp};
}

bool compatible(const CodecParameters& source, const CodecParameters& offered) {
  if (source.kind != offered.kind || source.clock_rate != offered.clock_rate) return false;
  // RFC 7587 §7: the channels of Opus' rtpmap are always 2, whatever is sent.
  if (source.kind != CodecKind::h264) return true;
  // A receiver of mode 1 also understands mode 0 (RFC 6184 §5.4).
  return non_interleaved(offered) || !non_interleaved(source);
}

std::optional<ChosenFormat> choose_published(const MediaSection& offered, TransportCcUse transport_cc) {
  return complete(best(offered, preference), offered, transport_cc);
}

std::optional<ChosenFormat> choose_watched(const MediaSection& offered,
                                           const std::optional<CodecParameters>& source,
                                           TransportCcUse transport_cc) {
  if (!source) return choose_published(offered, transport_cc);
  auto score = [&](const CodecParameters& format) {
    if (!compatible(*source, format)) return 0;
    bool same_mode = non_interleaved(*source) == non_interleaved(format);
    return 1 + fit(*source, format) + (same_mode ? 4 : 0);
  };
  return complete(best(offered, score), offered, transport_cc);
}

}  // namespace classcast::rtc
