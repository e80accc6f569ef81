// SPDX-License-Identifier: MIT
// From an offer to our answer and to what the media code must know of it: WHIP (RFC 9725 §4.2) and WHEP.
#pragma once

#include "base/result.hpp"
#include "rtc/codec.hpp"
#include "rtc/sdp.hpp"

#include <optional>
#include <string>
#include <vector>

// Errors: Errc::invalid for an offer that contradicts itself or lacks what every WebRTC offer has (HTTP 400);
// Errc::denied for a sound offer which cannot be served as it is (HTTP 422): no partial success.

namespace classcast::rtc {

/// The header extensions we handle, as negotiated for the whole BUNDLE; 0 where one is not in use.
struct ExtensionIds {
  std::uint8_t mid = 0;
  std::uint8_t rid = 0;
  std::uint8_t repaired_rid = 0;
  std::uint8_t transport_cc = 0;
  std::uint8_t abs_send_time = 0;
  std::uint8_t audio_level = 0;
  std::uint8_t playout_delay = 0;
};

/// A codec with the parameters by which a decoder is chosen.
struct CodecParameters {
  CodecKind kind = CodecKind::opus;
  std::uint32_t clock_rate = 48000;
  std::uint8_t channels = 1;
  std::string fmtp;
  bool operator==(const CodecParameters&) const = default;
};

/// Whether transport-cc is negotiated. A browser that got it and hears no feedback stays at its lowest
/// bitrate, so a caller switches it on only when it sends (WHIP) or uses (WHEP) the feedback.
enum class TransportCcUse : std::uint8_t { off, on };

/// Our side of an answer.
struct AnswerParams {
  IceCredentials ice;
  Fingerprint fingerprint;
  /// All of them: we do not trickle.
  std::vector<Candidate> candidates;
  /// Random, below 2^63 (RFC 8866 §5.2).
  std::uint64_t session_id = 0;
  TransportCcUse transport_cc = TransportCcUse::off;
};

/// The other side, as the Peer needs it.
struct RemoteParams {
  IceCredentials ice;
  Fingerprint fingerprint;
  /// Those of the offer with numeric addresses. An ICE-lite agent never sends checks to them.
  std::vector<Candidate> candidates;
};

/// The feedback which both sides of a track agreed on.
struct Feedback {
  bool nack = false;
  bool pli = false;
  bool fir = false;
  bool remb = false;
  bool transport_cc = false;
  /// RFC 7728: the sender can be told to pause.
  bool pause = false;
};

/// A track which the publisher sends to us.
struct PublishTrack {
  MediaKind kind = MediaKind::audio;
  std::string mid;
  CodecParameters codec;
  std::uint8_t pt = 0;
  std::optional<std::uint8_t> rtx_pt;
  /// Absent when the offer names none; then a packet is known by mid (or rid) extension, or payload type.
  std::optional<Ssrc> ssrc;
  std::optional<Ssrc> rtx_ssrc;
  /// Simulcast layers in the order of the offer, empty without simulcast (RFC 8853).
  std::vector<std::string> rids;
  Feedback feedback;
};

struct PublishAnswer {
  SessionDescription answer;
  std::vector<PublishTrack> tracks;
  ExtensionIds extensions;
  RemoteParams remote;
};

Result<PublishAnswer> answer_publish(const SessionDescription& offer, const AnswerParams& params);

/// What a room sends now; a kind that is absent may come later.
struct SourceCodecs {
  std::optional<CodecParameters> audio;
  std::optional<CodecParameters> video;
};

/// The names of what we send to one viewer.
struct WatchParams {
  AnswerParams common;
  std::string cname;
  std::string stream_id;
  Ssrc audio_ssrc;
  Ssrc video_ssrc;
  /// Used when the viewer offers rtx for the chosen format.
  Ssrc video_rtx_ssrc;
};

/// A track which we send to the viewer. When the source lacks the kind, the m-line is accepted all the same,
/// with Opus or the viewer's best of H264, VP8, VP9, AV1, H265: a microphone that comes back is heard without
/// a new session.
struct WatchTrack {
  MediaKind kind = MediaKind::audio;
  std::string mid;
  /// As the viewer offered it.
  CodecParameters codec;
  std::uint8_t pt = 0;
  std::optional<std::uint8_t> rtx_pt;
  Ssrc ssrc;
  std::optional<Ssrc> rtx_ssrc;
  Feedback feedback;
};

struct WatchAnswer {
  SessionDescription answer;
  std::vector<WatchTrack> tracks;
  ExtensionIds extensions;
  RemoteParams remote;
};

Result<WatchAnswer> answer_watch(const SessionDescription& offer, const SourceCodecs& source,
                                 const WatchParams& params);

/// Whether media of `source` may be sent as `offered`: same codec, clock rate and channels and, for H264, the
/// same packetization-mode; a differing H264 profile is tolerated.
bool compatible(const CodecParameters& source, const CodecParameters& offered);

}  // namespace classcast::rtc
