// SPDX-License-Identifier: MIT
#include "rtc/negotiate.hpp"

#include "base/strings.hpp"
#include "rtc/negotiate_format.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace classcast::rtc {

namespace {

struct KnownExtension {
  std::string_view uri;
  std::uint8_t ExtensionIds::*id;
};

constexpr std::string_view kTransportCcUri =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
/// RFC 9143 §15.1, RFC 8852 §5, RFC 6464 §5, and the three of WebRTC.
constexpr std::array<KnownExtension, 7> kExtensions = {
    {{"urn:ietf:params:rtp-hdrext:sdes:mid", &ExtensionIds::mid},
     {"urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", &ExtensionIds::rid},
     {"urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id", &ExtensionIds::repaired_rid},
     {kTransportCcUri, &ExtensionIds::transport_cc},
     {"http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time", &ExtensionIds::abs_send_time},
     {"urn:ietf:params:rtp-hdrext:ssrc-audio-level", &ExtensionIds::audio_level},
     {"http://www.webrtc.org/experiments/rtp-hdrext/playout-delay", &ExtensionIds::playout_delay}}};

bool rejected_by_offerer(const MediaSection& section) {
  // RFC 3264 §6, RFC 9143 §6: port 0 switches an m-line off, unless it is bundle-only.
  return section.port == 0 && !section.bundle_only;
}

/// Takes part in the session, even if only as "inactive".
bool in_use(const MediaSection& section) {
  return !rejected_by_offerer(section);
}

MediaKind kind_of(const MediaSection& section) {
  return section.media == "audio" ? MediaKind::audio : MediaKind::video;
}

Result<void> check_section(const MediaSection& section) {
  if (section.media != "audio" && section.media != "video") {
    return fail(Errc::denied, "an m-line of kind \"{}\" cannot be served", printable(section.media));
  }
  if (!section.protocol.ends_with("/TLS/RTP/SAVPF")) {
    return fail(Errc::denied, "the {} m-line does not use DTLS-SRTP", section.media);
  }
  if (!section.rtcp_mux && !section.rtcp_mux_only) {
    return fail(Errc::denied, "the {} m-line lacks rtcp-mux", section.media);
  }
  return {};
}

/// RFC 9725 §4.4: all in one BUNDLE.
Result<void> check_bundle(const SessionDescription& offer) {
  auto used = std::count_if(offer.media.begin(), offer.media.end(), in_use);
  if (used == 0) return fail(Errc::denied, "the offer has no m-line in use");
  if (used == 1) return {};
  for (const auto& section : offer.media) {
    if (!in_use(section)) continue;
    bool bundled = std::find(offer.bundle.begin(), offer.bundle.end(), section.mid) != offer.bundle.end();
    if (section.mid.empty() || !bundled) return fail(Errc::denied, "not all m-lines are in one BUNDLE group");
  }
  return {};
}

/// RFC 9725 §4.4.1: one MediaStream, one track of a kind.
Result<void> check_tracks(const SessionDescription& offer) {
  std::set<std::string_view> streams;
  std::array<int, 2> tracks{};
  for (const auto& section : offer.media) {
    if (!in_use(section)) continue;
    if (section.direction == Direction::inactive) continue;
    if (++tracks[static_cast<std::size_t>(kind_of(section))] > 1) {
      return fail(Errc::denied, "the offer has more than one {} track", section.media);
    }
    for (std::string_view msid : section.msids) {
      auto stream = msid.substr(0, msid.find(' '));
      if (stream != "-") streams.insert(stream);
    }
  }
  if (streams.size() > 1) return fail(Errc::denied, "the offer has more than one MediaStream");
  if (tracks[0] + tracks[1] == 0) return fail(Errc::denied, "every m-line of the offer is inactive");
  return {};
}

Result<void> check_offer(const SessionDescription& offer) {
  if (offer.ice_lite) return fail(Errc::denied, "both sides are ICE-lite: nobody would make checks");
  for (const auto& section : offer.media) {
    if (!in_use(section)) continue;
    if (auto checked = check_section(section); !checked) return checked;
  }
  if (auto checked = check_bundle(offer); !checked) return checked;
  return check_tracks(offer);
}

/// The m-line whose transport attributes count (RFC 9143 §7.1.2): the first of the BUNDLE.
const MediaSection& tagged(const SessionDescription& offer) {
  for (const auto& mid : offer.bundle) {
    for (const auto& section : offer.media) {
      if (section.mid == mid && in_use(section)) return section;
    }
  }
  return *std::find_if(offer.media.begin(), offer.media.end(), in_use);
}

const Fingerprint* strongest(const std::vector<Fingerprint>& fingerprints) {
  // RFC 8122 §5.1: SHA-256 is what everybody has; SHA-1 is not good enough.
  const Fingerprint* best = nullptr;
  for (const auto& fingerprint : fingerprints) {
    if (fingerprint.hash == Fingerprint::Hash::sha1) continue;
    if (best == nullptr || fingerprint.hash > best->hash) best = &fingerprint;
  }
  return best;
}

Result<RemoteParams> remote_params(const SessionDescription& offer) {
  const auto& section = tagged(offer);
  if (section.ufrag.empty() || section.pwd.empty())
    return fail(Errc::invalid, "the offer lacks ICE credentials");
  const auto* fingerprint = strongest(section.fingerprints);
  if (fingerprint == nullptr) return fail(Errc::invalid, "the offer lacks a usable fingerprint");
  // RFC 8842 §5.2: the answerer chooses; we are always passive.
  if (section.setup && *section.setup != Setup::actpass && *section.setup != Setup::active) {
    return fail(Errc::denied, "the offer insists on the passive role of DTLS, which is ours");
  }
  RemoteParams remote{{section.ufrag, section.pwd}, *fingerprint, {}};
  std::copy_if(section.candidates.begin(), section.candidates.end(), std::back_inserter(remote.candidates),
               [](const Candidate& candidate) { return candidate.address().has_value(); });
  return remote;
}

/// RFC 9143 §9.1: within a BUNDLE an id means one extension and an extension has one id.
ExtensionIds extension_ids(const SessionDescription& offer, TransportCcUse transport_cc) {
  ExtensionIds ids;
  for (const auto& section : offer.media) {
    for (const auto& known : kExtensions) {
      if (known.uri == kTransportCcUri && transport_cc == TransportCcUse::off) continue;
      const auto* map = section.extmap(known.uri);
      if (map != nullptr && ids.*known.id == 0) ids.*known.id = map->id;
    }
  }
  return ids;
}

void answer_extensions(const MediaSection& offered, const ExtensionIds& ids, MediaSection& answer) {
  for (const auto& known : kExtensions) {
    const auto* map = offered.extmap(known.uri);
    if (map != nullptr && map->id == ids.*known.id)
      answer.extmaps.push_back({map->id, std::nullopt, map->uri});
  }
}

/// What every answered m-line has, whatever it carries.
MediaSection answer_section(const MediaSection& offered, const AnswerParams& params) {
  MediaSection answer;
  answer.media = offered.media;
  answer.protocol = offered.protocol;
  answer.mid = offered.mid;
  answer.rtcp_mux = true;
  answer.rtcp_mux_only = offered.rtcp_mux_only;
  answer.rtcp_rsize = offered.rtcp_rsize;
  answer.ufrag = params.ice.ufrag;
  answer.pwd = params.ice.pwd;
  answer.fingerprints = {params.fingerprint};
  answer.setup = Setup::passive;
  return answer;
}

/// An m-line without media keeps one of the offered formats, because the grammar wants one.
MediaSection idle_section(const MediaSection& offered, const AnswerParams& params) {
  auto answer = answer_section(offered, params);
  answer.direction = Direction::inactive;
  if (!offered.formats.empty()) answer.formats = {offered.formats.front()};
  answer.other_formats = offered.other_formats;
  if (!in_use(offered)) answer.port = 0;
  return answer;
}

/// sprop parameters describe what their sender sends (RFC 6184 §8.2.2); we do not send to a publisher. Those
/// of Opus stay, because its answers mirror the offer (RFC 7587 §7.1).
std::string without_parameter_sets(std::string_view fmtp) {
  std::string out;
  for (auto part : split(fmtp, ';')) {
    constexpr std::array<std::string_view, 5> kSets = {
        "sprop-parameter-sets=", "sprop-level-parameter-sets=", "sprop-vps=", "sprop-sps=", "sprop-pps="};
    part = trim(part);
    if (std::any_of(kSets.begin(), kSets.end(), [&](auto name) { return part.starts_with(name); })) continue;
    if (!out.empty()) out += ';';
    out += part;
  }
  return out;
}

void answer_formats(const MediaSection& offered, const ChosenFormat& chosen, MediaSection& answer) {
  auto format = *chosen.format;
  format.fmtp = without_parameter_sets(format.fmtp);
  format.feedback = chosen.feedback_texts;
  answer.formats = {format};
  if (chosen.rtx == nullptr) return;
  answer.formats.push_back(*offered.format(chosen.rtx->pt));
  answer.formats.back().feedback.clear();
}

SessionDescription answer_session(const SessionDescription& offer, const AnswerParams& params) {
  SessionDescription answer;
  answer.session_id = params.session_id;
  answer.ice_lite = true;
  answer.extmap_allow_mixed = offer.extmap_allow_mixed;
  for (const auto& mid : offer.bundle) {
    bool used = std::any_of(offer.media.begin(), offer.media.end(),
                            [&](const MediaSection& s) { return s.mid == mid && in_use(s); });
    if (used) answer.bundle.push_back(mid);
  }
  return answer;
}

/// RFC 9143 §7.3.3: candidates stand in the tagged m-line only.
void add_candidates(SessionDescription& answer, const MediaSection& where, const AnswerParams& params) {
  for (auto& section : answer.media) {
    if (section.port == 0 || section.mid != where.mid) continue;
    section.candidates = params.candidates;
    section.end_of_candidates = true;
    return;
  }
}

/// RFC 8853 §5.1: the layers behind "send", alternatives and paused ones by their names.
Result<std::vector<std::string>> simulcast_rids(const MediaSection& section) {
  std::vector<std::string> rids;
  auto words = split(section.simulcast, ' ');
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    if (words[i] != "send") continue;
    for (auto layer : split(words[i + 1], ';')) {
      auto rid = layer.substr(0, layer.find(','));
      if (rid.starts_with('~')) rid.remove_prefix(1);
      bool declared = std::any_of(section.rids.begin(), section.rids.end(),
                                  [&](const Rid& r) { return r.send && r.id == rid; });
      if (!declared) return fail(Errc::invalid, "a=simulcast names a rid that the m-line does not declare");
      rids.emplace_back(rid);
    }
  }
  return rids;
}

void answer_simulcast(const std::vector<std::string>& rids, MediaSection& answer) {
  if (rids.empty()) return;
  for (const auto& rid : rids) answer.rids.push_back({rid, false, {}});
  answer.simulcast = fmt::format("recv {}", fmt::join(rids, ";"));
}

/// The first SSRC of the m-line and the one which repairs it (RFC 5576 §4.2, RFC 4588 §8.3).
void find_ssrcs(const MediaSection& section, PublishTrack& track) {
  for (const auto& group : section.ssrc_groups) {
    if (group.semantics != "FID" || group.ssrcs.size() != 2) continue;
    track.ssrc = group.ssrcs[0];
    track.rtx_ssrc = group.ssrcs[1];
    return;
  }
  if (!section.ssrcs.empty()) track.ssrc = section.ssrcs.front().ssrc;
}

Result<PublishTrack> publish_section(const MediaSection& offered, const AnswerParams& params,
                                     const ExtensionIds& ids, MediaSection& answer) {
  if (offered.direction == Direction::recvonly) {
    return fail(Errc::denied, "the {} m-line is recvonly; a publisher sends", offered.media);
  }
  auto chosen = choose_published(offered, params.transport_cc);
  if (!chosen) return fail(Errc::denied, "no codec of the {} m-line can be carried", offered.media);
  auto rids = simulcast_rids(offered);
  if (!rids) return fail(rids);
  if (!rids->empty() && ids.rid == 0)
    return fail(Errc::denied, "simulcast needs the rtp-stream-id extension");
  PublishTrack track;
  track.kind = kind_of(offered);
  track.mid = offered.mid;
  track.codec = parameters_of(*chosen->format, chosen->codec);
  track.pt = chosen->format->pt;
  if (chosen->rtx != nullptr) track.rtx_pt = chosen->rtx->pt;
  track.rids = *rids;
  track.feedback = chosen->feedback;
  // RFC 8853 §5.3: simulcast layers are known by rid alone.
  if (rids->empty()) find_ssrcs(offered, track);
  answer.direction = Direction::recvonly;
  answer_formats(offered, *chosen, answer);
  answer_simulcast(*rids, answer);
  return track;
}

void answer_sources(const WatchTrack& track, const WatchParams& params, MediaSection& answer) {
  auto msid = fmt::format("{} {}", params.stream_id, track.kind == MediaKind::audio ? "audio" : "video");
  answer.msids = {msid};
  answer.ssrcs.push_back({track.ssrc, params.cname, msid});
  if (!track.rtx_ssrc) return;
  answer.ssrcs.push_back({*track.rtx_ssrc, params.cname, msid});
  answer.ssrc_groups.push_back({"FID", {track.ssrc, *track.rtx_ssrc}});
}

Result<WatchTrack> watch_section(const MediaSection& offered, const SourceCodecs& source,
                                 const WatchParams& params, MediaSection& answer) {
  if (offered.direction == Direction::sendonly) {
    return fail(Errc::denied, "the {} m-line is sendonly; a viewer receives", offered.media);
  }
  bool audio = kind_of(offered) == MediaKind::audio;
  auto chosen = choose_watched(offered, audio ? source.audio : source.video, params.common.transport_cc);
  if (!chosen) return fail(Errc::denied, "the viewer's {} m-line lacks the codec of the room", offered.media);
  WatchTrack track;
  track.kind = kind_of(offered);
  track.mid = offered.mid;
  track.codec = parameters_of(*chosen->format, chosen->codec);
  track.pt = chosen->format->pt;
  track.ssrc = audio ? params.audio_ssrc : params.video_ssrc;
  // A lost audio packet is repeated under its own number: it is small, and few receivers know rtx for Opus.
  if (audio) chosen->rtx = nullptr;
  if (chosen->rtx != nullptr) {
    track.rtx_pt = chosen->rtx->pt;
    track.rtx_ssrc = params.video_rtx_ssrc;
  }
  track.feedback = chosen->feedback;
  answer.direction = Direction::sendonly;
  answer_formats(offered, *chosen, answer);
  answer_sources(track, params, answer);
  return track;
}

/// The frame that both kinds of answer share; `serve` fills one m-line and returns its track.
template <typename Answer, typename Serve>
Result<Answer> answer_offer(const SessionDescription& offer, const AnswerParams& params, Serve serve) {
  if (auto checked = check_offer(offer); !checked) return fail(checked);
  auto remote = remote_params(offer);
  if (!remote) return fail(remote);
  Answer out{answer_session(offer, params), {}, extension_ids(offer, params.transport_cc), *remote};
  for (const auto& offered : offer.media) {
    if (!in_use(offered) || offered.direction == Direction::inactive) {
      out.answer.media.push_back(idle_section(offered, params));
      continue;
    }
    auto section = answer_section(offered, params);
    auto track = serve(offered, out.extensions, section);
    if (!track) return fail(track);
    answer_extensions(offered, out.extensions, section);
    out.answer.media.push_back(std::move(section));
    out.tracks.push_back(std::move(*track));
  }
  add_candidates(out.answer, tagged(offer), params);
  return out;
}

}  // namespace

Result<PublishAnswer> answer_publish(const SessionDescription& offer, const AnswerParams& params) {
  return answer_offer<PublishAnswer>(
      offer, params, [&](const MediaSection& offered, const ExtensionIds& ids, MediaSection& answer) {
        return publish_section(offered, params, ids, answer);
      });
}

Result<WatchAnswer> answer_watch(const SessionDescription& offer, const SourceCodecs& source,
                                 const WatchParams& params) {
  return answer_offer<WatchAnswer>(
      offer, params.common, [&](const MediaSection& offered, const ExtensionIds&, MediaSection& answer) {
        return watch_section(offered, source, params, answer);
      });
}

}  // namespace classcast::rtc
