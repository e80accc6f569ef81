// SPDX-License-Identifier: MIT
#include "base/strings.hpp"
#include "rtc/sdp.hpp"
#include "rtc/sdp_lines.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace classcast::rtc {

namespace {

constexpr std::size_t kMaxBundle = kMaxMediaSections;
/// RFC 8285 §4.3: ids 1 to 255 (14 with one-byte headers), and 4096 up for offers, which we do not take.
constexpr int kMaxExtensionId = 255;

template <typename T>
std::optional<T> number(std::string_view text) {
  T value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The first word of `text`, which loses it and the blank behind it.
std::string_view take_word(std::string_view& text) {
  auto end = text.find(' ');
  auto word = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return word;
}

std::optional<Direction> direction_of(std::string_view name) {
  if (name == "sendrecv") return Direction::sendrecv;
  if (name == "sendonly") return Direction::sendonly;
  if (name == "recvonly") return Direction::recvonly;
  if (name == "inactive") return Direction::inactive;
  return std::nullopt;
}

std::optional<Setup> setup_of(std::string_view name) {
  if (name == "actpass") return Setup::actpass;
  if (name == "active") return Setup::active;
  if (name == "passive") return Setup::passive;
  if (name == "holdconn") return Setup::holdconn;
  return std::nullopt;
}

class Parser {
 public:
  Result<SessionDescription> parse(std::string_view text) {
    if (text.size() > kMaxSdpBytes)
      return fail(Errc::invalid, "the SDP is larger than {} bytes", kMaxSdpBytes);
    SdpLines lines(text);
    for (;;) {
      auto line = lines.next();
      if (!line) return fail(line);
      if (!*line) break;
      if (lines.number() == 1 && ((*line)->type != 'v' || (*line)->value != "0")) {
        return fail(Errc::invalid, "the SDP does not begin with v=0");
      }
      if (!take(**line)) return fail(Errc::invalid, "line {} of the SDP is malformed", lines.number());
    }
    if (!has_origin_) return fail(Errc::invalid, "the SDP has no o= line");
    return finish();
  }

 private:
  using Handler = bool (Parser::*)(std::string_view);
  struct Entry {
    std::string_view name;
    Handler handler;
  };

  bool take(const SdpLine& line) {
    switch (line.type) {
      case 'o':
        return origin(line.value);
      case 'm':
        return media(line.value);
      case 'a':
        return attribute(split_attribute(line.value));
      default:
        return true;
    }
  }

  /// o=<username> <sess-id> <sess-version> <nettype> <addrtype> <address>
  bool origin(std::string_view value) {
    auto words = split(value, ' ');
    if (words.size() != 6 || has_origin_) return false;
    auto id = number<std::uint64_t>(words[1]);
    auto version = number<std::uint64_t>(words[2]);
    if (!id || !version) return false;
    has_origin_ = true;
    sdp_.session_id = *id;
    sdp_.session_version = *version;
    return true;
  }

  /// m=<media> <port>[/<count>] <proto> <fmt> …
  bool media(std::string_view value) {
    auto words = split(value, ' ');
    if (words.size() < 4 || sdp_.media.size() == kMaxMediaSections) return false;
    auto port = number<std::uint16_t>(words[1].substr(0, words[1].find('/')));
    if (!port || !valid_token(words[0])) return false;
    auto& section = sdp_.media.emplace_back(session_);
    section.media = words[0];
    section.port = *port;
    section.protocol = words[2];
    own_fingerprints_ = false;
    if (words.size() - 3 > kMaxFormats) return false;
    bool rtp = words[2].find("RTP/") != std::string_view::npos;
    return std::all_of(words.begin() + 3, words.end(), [&](auto word) { return format(section, word, rtp); });
  }

  static bool format(MediaSection& section, std::string_view word, bool rtp) {
    if (!rtp) {
      section.other_formats.emplace_back(word);
      return valid_token(word);
    }
    auto pt = number<std::uint8_t>(word);
    if (!pt || *pt > 127 || section.format(*pt) != nullptr) return false;
    section.formats.emplace_back().pt = *pt;
    return true;
  }

  bool attribute(const SdpAttribute& attribute) {
    if (auto direction = direction_of(attribute.name)) {
      here().direction = *direction;
      return true;
    }
    for (const auto& entry : kBothLevels) {
      if (entry.name == attribute.name) return (this->*entry.handler)(attribute.value);
    }
    const auto& table = sdp_.media.empty() ? kSessionLevel : kMediaLevel;
    auto entry =
        std::find_if(table.begin(), table.end(), [&](const Entry& e) { return e.name == attribute.name; });
    return entry == table.end() || (this->*entry->handler)(attribute.value);
  }

  // Session level.

  bool ice_lite(std::string_view) {
    sdp_.ice_lite = true;
    return true;
  }

  bool group(std::string_view value) {
    if (take_word(value) != "BUNDLE" || value.empty()) return true;
    auto mids = split(value, ' ');
    if (mids.size() > kMaxBundle || !sdp_.bundle.empty()) return false;
    sdp_.bundle.assign(mids.begin(), mids.end());
    return std::all_of(mids.begin(), mids.end(), valid_token);
  }

  // Either level.

  bool ufrag(std::string_view value) {
    here().ufrag = value;
    return valid_ufrag(value);
  }

  bool pwd(std::string_view value) {
    here().pwd = Secret(std::string(value));
    return valid_pwd(value);
  }

  bool ice_options(std::string_view value) {
    here().ice_options = value;
    return true;
  }

  bool fingerprint(std::string_view value) {
    auto parsed = Fingerprint::parse(value);
    if (!parsed) return parsed.error().code == Errc::not_found;
    auto& fingerprints = here().fingerprints;
    // Those of an m-line replace those of the session.
    if (!sdp_.media.empty() && !own_fingerprints_) fingerprints.clear();
    own_fingerprints_ = !sdp_.media.empty();
    if (fingerprints.size() == kMaxFeedback) return false;
    fingerprints.push_back(std::move(*parsed));
    return true;
  }

  bool setup(std::string_view value) {
    here().setup = setup_of(value);
    return here().setup.has_value();
  }

  bool allow_mixed(std::string_view) {
    here().extmap_allow_mixed = true;
    if (sdp_.media.empty()) sdp_.extmap_allow_mixed = true;
    return true;
  }

  /// extmap:<id>[/<direction>] <uri> [<attributes>]
  bool extmap(std::string_view value) {
    auto first = take_word(value);
    auto uri = take_word(value);
    auto slash = first.find('/');
    auto id = number<int>(first.substr(0, slash));
    if (!id || *id < 1 || uri.empty() || here().extmaps.size() == kMaxExtMaps) return false;
    if (*id > kMaxExtensionId) return true;
    ExtMap map{static_cast<std::uint8_t>(*id), std::nullopt, std::string(uri)};
    if (slash != std::string_view::npos) {
      map.direction = direction_of(first.substr(slash + 1));
      if (!map.direction) return false;
    }
    here().extmaps.push_back(std::move(map));
    return true;
  }

  // Media level.

  bool mid(std::string_view value) {
    here().mid = value;
    return valid_token(value);
  }

  bool rtcp_mux(std::string_view) { return here().rtcp_mux = true; }
  bool rtcp_mux_only(std::string_view) { return here().rtcp_mux_only = true; }
  bool rtcp_rsize(std::string_view) { return here().rtcp_rsize = true; }
  bool bundle_only(std::string_view) { return here().bundle_only = true; }
  bool end_of_candidates(std::string_view) { return here().end_of_candidates = true; }

  Format* format_of(std::string_view pt) {
    auto value = number<std::uint8_t>(pt);
    return value ? const_cast<Format*>(here().format(*value)) : nullptr;
  }

  /// rtpmap:<pt> <name>/<clock rate>[/<channels>]; one for a payload type that the m-line lacks is ignored.
  bool rtpmap(std::string_view value) {
    auto pt = take_word(value);
    auto parts = split(value, '/');
    if (!number<std::uint8_t>(pt) || parts.size() < 2 || parts.size() > 3 || !valid_token(parts[0]))
      return false;
    auto rate = number<std::uint32_t>(parts[1]);
    auto channels = parts.size() == 3 ? number<std::uint8_t>(parts[2]) : std::optional<std::uint8_t>(1);
    if (!rate || *rate == 0 || !channels || *channels == 0) return false;
    if (auto* format = format_of(pt)) {
      format->name = parts[0];
      format->clock_rate = *rate;
      format->channels = *channels;
    }
    return true;
  }

  bool fmtp(std::string_view value) {
    auto pt = take_word(value);
    if (auto* format = format_of(pt)) format->fmtp = value;
    return number<std::uint8_t>(pt).has_value();
  }

  bool rtcp_fb(std::string_view value) {
    auto pt = take_word(value);
    if (value.empty()) return false;
    if (pt == "*") {
      auto& formats = here().formats;
      return std::all_of(formats.begin(), formats.end(), [&](Format& f) { return add_feedback(f, value); });
    }
    auto* format = format_of(pt);
    return number<std::uint8_t>(pt) && (format == nullptr || add_feedback(*format, value));
  }

  static bool add_feedback(Format& format, std::string_view value) {
    if (format.has_feedback(value)) return true;
    if (format.feedback.size() == kMaxFeedback) return false;
    format.feedback.emplace_back(value);
    return true;
  }

  bool msid(std::string_view value) {
    if (here().msids.size() == kMaxFeedback) return false;
    here().msids.emplace_back(value);
    return !value.empty();
  }

  /// ssrc:<ssrc> <attribute>[:<value>]
  bool ssrc(std::string_view value) {
    auto id = number<std::uint32_t>(take_word(value));
    if (!id) return false;
    auto* source = source_of({*id});
    if (source == nullptr) return false;
    auto attribute = split_attribute(value);
    if (attribute.name == "cname") source->cname = attribute.value;
    if (attribute.name == "msid") source->msid = attribute.value;
    return true;
  }

  SsrcSource* source_of(Ssrc ssrc) {
    auto& ssrcs = here().ssrcs;
    auto found =
        std::find_if(ssrcs.begin(), ssrcs.end(), [&](const SsrcSource& s) { return s.ssrc == ssrc; });
    if (found != ssrcs.end()) return &*found;
    if (ssrcs.size() == kMaxSsrcs) return nullptr;
    ssrcs.push_back({ssrc, {}, {}});
    return &ssrcs.back();
  }

  /// ssrc-group:<semantics> <ssrc> …
  bool ssrc_group(std::string_view value) {
    SsrcGroup group{std::string(take_word(value)), {}};
    for (auto word : split(value, ' ')) {
      auto id = number<std::uint32_t>(word);
      if (!id || group.ssrcs.size() == kMaxSsrcs) return false;
      group.ssrcs.push_back({*id});
    }
    if (here().ssrc_groups.size() == kMaxSsrcs) return false;
    here().ssrc_groups.push_back(std::move(group));
    return true;
  }

  /// rid:<id> send|recv [<restrictions>]
  bool rid(std::string_view value) {
    auto id = take_word(value);
    auto direction = take_word(value);
    if (!valid_token(id) || (direction != "send" && direction != "recv")) return false;
    if (here().rids.size() == kMaxRids) return false;
    here().rids.push_back({std::string(id), direction == "send", std::string(value)});
    return true;
  }

  bool simulcast(std::string_view value) {
    here().simulcast = value;
    return !value.empty();
  }

  /// We never connect to them, so one that we cannot read is as good as one that we cannot reach.
  bool candidate(std::string_view value) {
    auto parsed = Candidate::parse("candidate:" + std::string(value));
    if (parsed && here().candidates.size() < kMaxCandidates) here().candidates.push_back(std::move(*parsed));
    return true;
  }

  /// The m-line that attributes belong to, or before any the pattern that all m-lines begin as.
  MediaSection& here() { return sdp_.media.empty() ? session_ : sdp_.media.back(); }

  Result<SessionDescription> finish() {
    for (std::size_t i = 0; i < sdp_.media.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const auto& mid = sdp_.media[i].mid;
        if (!mid.empty() && mid == sdp_.media[j].mid)
          return fail(Errc::invalid, "two m-lines have the same mid");
      }
    }
    return std::move(sdp_);
  }

  static const std::array<Entry, 6> kBothLevels;
  static const std::vector<Entry> kSessionLevel;
  static const std::vector<Entry> kMediaLevel;

  SessionDescription sdp_;
  MediaSection session_;
  bool has_origin_ = false;
  bool own_fingerprints_ = false;
};

const std::array<Parser::Entry, 6> Parser::kBothLevels = {{{"ice-ufrag", &Parser::ufrag},
                                                           {"ice-pwd", &Parser::pwd},
                                                           {"ice-options", &Parser::ice_options},
                                                           {"fingerprint", &Parser::fingerprint},
                                                           {"setup", &Parser::setup},
                                                           {"extmap-allow-mixed", &Parser::allow_mixed}}};

const std::vector<Parser::Entry> Parser::kSessionLevel = {
    {"ice-lite", &Parser::ice_lite}, {"group", &Parser::group}, {"extmap", &Parser::extmap}};

const std::vector<Parser::Entry> Parser::kMediaLevel = {{"mid", &Parser::mid},
                                                        {"rtcp-mux", &Parser::rtcp_mux},
                                                        {"rtcp-mux-only", &Parser::rtcp_mux_only},
                                                        {"rtcp-rsize", &Parser::rtcp_rsize},
                                                        {"bundle-only", &Parser::bundle_only},
                                                        {"end-of-candidates", &Parser::end_of_candidates},
                                                        {"rtpmap", &Parser::rtpmap},
                                                        {"fmtp", &Parser::fmtp},
                                                        {"rtcp-fb", &Parser::rtcp_fb},
                                                        {"extmap", &Parser::extmap},
                                                        {"msid", &Parser::msid},
                                                        {"ssrc", &Parser::ssrc},
                                                        {"ssrc-group", &Parser::ssrc_group},
                                                        {"rid", &Parser::rid},
                                                        {"simulcast", &Parser::simulcast},
                                                        {"candidate", &Parser::candidate}};

}  // namespace

Result<SessionDescription> SessionDescription::parse(std::string_view text) {
  return Parser().parse(text);
}

}  // namespace classcast::rtc
