// SPDX-License-Identifier: MIT
// Session descriptions (RFC 8866) with the attributes of WebRTC (RFC 8829): text to structs and back.
#pragma once

#include "base/result.hpp"
#include "rtc/address.hpp"
#include "rtc/certificate.hpp"
#include "rtc/ice_credentials.hpp"
#include "rtc/ssrc.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace classcast::rtc {

/// What a remote party can make us hold. Candidates over the limit are ignored, anything else is refused.
constexpr std::size_t kMaxSdpBytes = 64 * 1024;
constexpr std::size_t kMaxSdpLine = 4096;
constexpr std::size_t kMaxMediaSections = 16;
constexpr std::size_t kMaxFormats = 128;
constexpr std::size_t kMaxExtMaps = 32;
constexpr std::size_t kMaxCandidates = 64;
constexpr std::size_t kMaxSsrcs = 64;
constexpr std::size_t kMaxRids = 8;
constexpr std::size_t kMaxFeedback = 16;

enum class Direction : std::uint8_t { sendrecv, sendonly, recvonly, inactive };
enum class Setup : std::uint8_t { actpass, active, passive, holdconn };

/// One payload type of an m-line: rtpmap, fmtp and rtcp-fb together.
struct Format {
  std::uint8_t pt = 0;
  std::string name;
  std::uint32_t clock_rate = 0;
  std::uint8_t channels = 1;
  /// The text behind `a=fmtp:<pt> `, empty without.
  std::string fmtp;
  /// The texts behind `a=rtcp-fb:<pt> `, with those of `*` added: "nack", "nack pli", "transport-cc" …
  std::vector<std::string> feedback;

  /// A parameter of the fmtp line; names compare without case.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
  [[nodiscard]] bool has_feedback(std::string_view wanted) const;
};

struct ExtMap {
  std::uint8_t id = 0;
  std::optional<Direction> direction;
  std::string uri;
};

/// RFC 8839 §5.1.
struct Candidate {
  std::string foundation = "1";
  std::uint8_t component = 1;
  Transport transport = Transport::udp;
  std::uint32_t priority = 0;
  /// As written: an IP address, or a name such as `….local` which cannot be used.
  std::string host;
  std::uint16_t port = 0;
  std::string type = "host";
  std::string tcptype;

  /// Text behind `a=` ("candidate:…").
  static Result<Candidate> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  /// nullopt when host is not a numeric address.
  [[nodiscard]] std::optional<Address> address() const;
  /// A host candidate of ours; `preference` (0 to 65535) orders several, TCP ones come after UDP ones.
  static Candidate host_candidate(const Address& address, Transport transport, std::uint16_t preference);
};

struct SsrcSource {
  Ssrc ssrc;
  std::string cname;
  /// "stream track".
  std::string msid;
};

struct SsrcGroup {
  /// "FID", "SIM", "FEC-FR" …
  std::string semantics;
  std::vector<Ssrc> ssrcs;
};

/// RFC 8851.
struct Rid {
  std::string id;
  bool send = true;
  std::string restrictions;
};

struct MediaSection {
  /// "audio", "video", "application" …
  std::string media;
  std::uint16_t port = 9;
  std::string protocol = "UDP/TLS/RTP/SAVPF";
  /// In the order of the m-line, which is the order of preference. Only for RTP protocols.
  std::vector<Format> formats;
  /// The m-line's format texts when the protocol is not RTP ("webrtc-datachannel").
  std::vector<std::string> other_formats;
  std::string mid;
  Direction direction = Direction::sendrecv;
  bool rtcp_mux = false;
  bool rtcp_mux_only = false;
  bool rtcp_rsize = false;
  bool bundle_only = false;
  bool end_of_candidates = false;
  std::string ufrag;
  Secret pwd;
  std::string ice_options;
  std::vector<Fingerprint> fingerprints;
  std::optional<Setup> setup;
  /// "stream track" of each a=msid line.
  std::vector<std::string> msids;
  std::vector<ExtMap> extmaps;
  bool extmap_allow_mixed = false;
  std::vector<SsrcSource> ssrcs;
  std::vector<SsrcGroup> ssrc_groups;
  std::vector<Rid> rids;
  /// Text behind `a=simulcast:` (RFC 8853), empty without.
  std::string simulcast;
  std::vector<Candidate> candidates;

  [[nodiscard]] const Format* format(std::uint8_t pt) const;
  [[nodiscard]] const ExtMap* extmap(std::string_view uri) const;
};

/// Attributes which stand at session level but mean every m-line (ICE credentials, fingerprint, setup,
/// direction, extmap-allow-mixed) are copied into the m-lines by parse().
struct SessionDescription {
  std::uint64_t session_id = 0;
  std::uint64_t session_version = 1;
  bool ice_lite = false;
  bool extmap_allow_mixed = false;
  /// The mids of `a=group:BUNDLE`.
  std::vector<std::string> bundle;
  std::vector<MediaSection> media;

  /// Errc::invalid, with the number of the line, for malformed text and for anything over the limits above.
  static Result<SessionDescription> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
};

}  // namespace classcast::rtc
