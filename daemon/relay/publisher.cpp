// SPDX-License-Identifier: MIT
#include "relay/publisher.hpp"

#include "relay/layers.hpp"
#include "rtc/rtcp/fir.hpp"
#include "rtc/rtcp/nack.hpp"
#include "rtc/rtcp/pli.hpp"
#include "rtc/rtcp/receiver_report.hpp"
#include "rtc/rtcp/remb.hpp"
#include "rtc/rtcp/sdes.hpp"
#include "rtc/rtcp/sender_report.hpp"
#include "rtc/rtx.hpp"

#include <algorithm>
#include <array>

namespace classcast::relay {

namespace {

// RFC 3550 §8 leaves the choice of a receiver's SSRC free; libwebrtc uses 1 for the same purpose.
constexpr rtc::Ssrc kReceiverSsrc{1};
constexpr std::string_view kReceiverName = "classcast";

std::vector<Track> make_tracks(const PublisherOptions& options) {
  std::vector<Track> tracks;
  tracks.reserve(options.tracks.size());
  for (const auto& negotiated : options.tracks) {
    if (negotiated.rids.empty()) tracks.emplace_back(negotiated, options.cache);
    // RFC 8853: each encoding of a simulcast is a stream of its own.
    for (std::size_t i = 0; i < std::min(negotiated.rids.size(), kMaxLayers); ++i) {
      auto encoding = negotiated;
      encoding.rids = {negotiated.rids[i]};
      tracks.emplace_back(encoding, options.cache);
    }
  }
  return tracks;
}

/// The encodings of the picture, best first.
template <typename Pointer>
std::vector<Pointer> find_pictures(auto& tracks) {
  std::vector<Pointer> found;
  std::vector<Encoding> encodings;
  for (auto& track : tracks) {
    if (track.kind() != rtc::MediaKind::video) continue;
    found.push_back(&track);
    encodings.push_back({track.rid(), track.picture()});
  }
  std::vector<Pointer> ranked;
  for (auto place : rank_encodings(encodings)) ranked.push_back(found[place]);
  return ranked;
}

template <typename Pointer>
Pointer find_track(auto& tracks, rtc::MediaKind kind) {
  if (kind == rtc::MediaKind::video) {
    auto pictures = find_pictures<Pointer>(tracks);
    return pictures.empty() ? nullptr : pictures.front();
  }
  auto found = std::find_if(tracks.begin(), tracks.end(), [kind](const auto& t) { return t.kind() == kind; });
  return found == tracks.end() ? nullptr : &*found;
}

QualitySample sample_of(const rtc::rtcp::ReportBlock& block, std::uint32_t clock_rate) {
  constexpr double kWhole = 256;
  auto jitter = std::chrono::duration<double>(static_cast<double>(block.jitter) / clock_rate);
  return {block.fraction_lost / kWhole, std::chrono::duration_cast<Duration>(jitter), std::nullopt};
}

QualitySample worse(const std::optional<QualitySample>& known, const QualitySample& other) {
  if (!known) return other;
  return {std::max(known->loss, other.loss), std::max(known->jitter, other.jitter), std::nullopt};
}

}  // namespace

Publisher::Publisher(const PublisherOptions& options, Outlet& outlet, MediaListener& listener)
    : tracks_(make_tracks(options)),
      extensions_(options.extensions),
      max_bitrate_bps_(options.max_bitrate_bps),
      outlet_(outlet),
      listener_(listener),
      own_ssrc_(kReceiverSsrc) {
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    const auto& track = tracks_[i].negotiated();
    if (!track.rids.empty()) continue;  // simulcast layers are known by their rid
    if (track.ssrc) streams_[*track.ssrc] = {i, Role::media};
    if (track.rtx_ssrc) streams_[*track.rtx_ssrc] = {i, Role::repair};
  }
}

Track* Publisher::track(rtc::MediaKind kind) {
  return find_track<Track*>(tracks_, kind);
}

const Track* Publisher::track(rtc::MediaKind kind) const {
  return find_track<const Track*>(tracks_, kind);
}

std::vector<Track*> Publisher::pictures() {
  return find_pictures<Track*>(tracks_);
}

std::vector<const Track*> Publisher::pictures() const {
  return find_pictures<const Track*>(tracks_);
}

bool Publisher::simulcast() const {
  return std::any_of(tracks_.begin(), tracks_.end(), [](const auto& t) { return !t.rid().empty(); });
}

bool Publisher::owns(const Track& track) const {
  return std::any_of(tracks_.begin(), tracks_.end(), [&](const auto& t) { return &t == &track; });
}

rtc::SourceCodecs Publisher::codecs() const {
  rtc::SourceCodecs codecs;
  if (const auto* audio = track(rtc::MediaKind::audio)) codecs.audio = audio->negotiated().codec;
  if (const auto* video = track(rtc::MediaKind::video)) codecs.video = video->negotiated().codec;
  return codecs;
}

Publisher::Role Publisher::role_of(const rtc::RtpPacket& packet, const rtc::PublishTrack& track) const {
  auto repair = track.rtx_pt && packet.payload_type() == *track.rtx_pt;
  if (!repair && packet.payload_type() != track.pt) return Role::ignored;
  if (!track.rids.empty()) {
    auto rid = rtc::extension_text(packet, repair ? extensions_.repaired_rid : extensions_.rid);
    if (!rid || *rid != track.rids.front()) return Role::ignored;
  }
  return repair ? Role::repair : Role::media;
}

// RFC 8843 §9.2: the mid extension comes before the payload type.
std::optional<Publisher::Stream> Publisher::identify(const rtc::RtpPacket& packet) const {
  auto mid = rtc::extension_text(packet, extensions_.mid);
  std::optional<Stream> unused;
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    const auto& track = tracks_[i].negotiated();
    if (mid && *mid != track.mid) continue;
    if (auto role = role_of(packet, track); role != Role::ignored) return Stream{i, role};
    // An encoding tells its rid only in its first packets: one that has not told it yet may still do so.
    if (mid && track.rids.empty()) unused = Stream{i, Role::ignored};
  }
  return unused;
}

std::optional<Publisher::Stream> Publisher::stream_of(const rtc::RtpPacket& packet) {
  if (auto known = streams_.find(packet.ssrc()); known != streams_.end()) return known->second;
  auto stream = identify(packet);
  if (stream && streams_.size() < kMaxStreams) streams_[packet.ssrc()] = *stream;
  return stream;
}

void Publisher::on_rtp(rtc::RtpPacket packet, Instant now) {
  ++counters_.packets;
  counters_.bytes += packet.bytes().size();
  if (auto seq = rtc::transport_seq(packet, extensions_.transport_cc)) arrivals_.on_packet(*seq, now);
  auto stream = stream_of(packet);
  if (!stream || stream->role == Role::ignored) {
    ++counters_.unknown_stream;
    return;
  }
  auto& track = tracks_[stream->track];
  if (stream->role == Role::repair) return take_repair(track, packet, now);
  if (packet.payload_type() == track.negotiated().pt) take_media(track, packet, now);
}

void Publisher::take_repair(Track& track, rtc::RtpPacket packet, Instant now) {
  auto ssrc = track.ssrc();
  if (!ssrc) return;
  auto original = rtc::unwrap_rtx(packet, {*ssrc, track.negotiated().pt});
  if (!original) return;
  ++counters_.repaired;
  take_media(track, *original, now);
}

void Publisher::take_media(Track& track, const rtc::RtpPacket& packet, Instant now) {
  auto media = track.on_packet(packet, now);
  if (!media) return;
  track.run().add(*media);
  if (track.run().complete()) release(track, now);
}

void Publisher::release(Track& track, Instant now) {
  listener_.on_media(track, track.run().packets(), now);
  track.run().clear();
}

void Publisher::on_rtcp(Bytes compound, Instant now) {
  rtc::rtcp::Compound packets(compound);
  while (auto packet = packets.next()) {
    if (auto report = rtc::rtcp::SenderReport::parse(*packet)) on_sender_report(*report, now);
    if (auto answer = rtc::rtcp::Pause::parse(*packet)) on_pause_answer(*answer);
  }
}

void Publisher::on_sender_report(const rtc::rtcp::SenderReport& report, Instant now) {
  for (auto& track : tracks_) {
    if (track.expected_ssrc() == report.sender) track.reception().on_sender_report(report, now);
  }
}

void Publisher::on_pause_answer(const rtc::rtcp::Pause& answer) {
  for (const auto& entry : answer.entries) {
    for (auto& track : tracks_) {
      if (track.expected_ssrc() == entry.target) track.demand().on_answer(entry);
    }
  }
}

bool Publisher::can_pause(const Track& track) const {
  return track.negotiated().feedback.pause;
}

void Publisher::want(const std::function<bool(const Track&)>& wanted, Instant now) {
  // A publisher whose sound cannot be paused by itself loses it together with its picture.
  auto sound_too = std::any_of(tracks_.begin(), tracks_.end(), [&](const auto& t) {
    return t.kind() == rtc::MediaKind::audio && !can_pause(t) && wanted(t);
  });
  for (auto& track : tracks_) {
    if (!can_pause(track)) continue;
    auto picture = track.kind() == rtc::MediaKind::video;
    track.demand().want(wanted(track) || (picture && !simulcast() && sound_too), now);
    ask_pause(track, now);
  }
}

bool Publisher::paused() const {
  auto stops = [](const Track& track) { return track.demand().paused(); };
  auto pictures = this->pictures();
  return !pictures.empty() &&
         std::all_of(pictures.begin(), pictures.end(), [&](auto* t) { return stops(*t); });
}

Instant Publisher::next_deadline() const {
  auto at = std::min(report_at_, alive_at_);
  auto sooner = [&at](std::optional<Instant> other) {
    if (other) at = std::min(at, *other);
  };
  sooner(arrivals_.next_deadline());
  for (const auto& track : tracks_) {
    sooner(track.next_deadline());
    if (can_pause(track)) sooner(track.demand().next_deadline());
  }
  return at;
}

void Publisher::handle_timeout(Instant now) {
  for (auto& track : tracks_) {
    if (auto at = track.run().deadline(); at && *at <= now) release(track, now);
    ask_again(track, now);
    ask_keyframe(track, now);
    if (can_pause(track)) ask_pause(track, now);
  }
  send_arrivals(now);
  if (now < std::min(report_at_, alive_at_)) return;
  alive_at_ = now + kAliveInterval;
  if (now < report_at_) return send_report({own_ssrc_, {}}, now);
  report_at_ = now + kReportInterval;
  send_reports(now);
  send_bandwidth(now);
}

template <typename Packet>
bool Publisher::send(const Packet& packet, Instant now) {
  std::array<std::uint8_t, rtc::kMaxDatagram> buffer;
  Writer writer(MutableBytes(buffer).first(buffer.size() - rtc::kSrtcpOverhead));
  packet.write(writer);
  return writer.ok() && outlet_.send_rtcp(buffer, writer.size(), now);
}

void Publisher::ask_again(Track& track, Instant now) {
  auto missing = track.gaps().due(now);
  if (missing.empty() || !track.ssrc() || !track.negotiated().feedback.nack) return;
  std::sort(missing.begin(), missing.end());
  rtc::rtcp::Nack nack;
  nack.sender = own_ssrc_;
  nack.media = *track.ssrc();
  for (auto seq : missing) nack.add(Track::wire_seq(seq));
  if (send(nack, now)) ++counters_.nacks_sent;
}

void Publisher::ask_keyframe(Track& track, Instant now) {
  if (!track.keyframes().due(now) || !track.ssrc()) return;
  const auto& feedback = track.negotiated().feedback;
  auto sent = feedback.fir && !feedback.pli ? send_fir(*track.ssrc(), now)
                                            : send(rtc::rtcp::Pli{own_ssrc_, *track.ssrc()}, now);
  if (sent) ++counters_.plis_sent;
}

/// RFC 5104 §4.3.1.1: a new command has a new number; the same one would be a repetition.
bool Publisher::send_fir(rtc::Ssrc media, Instant now) {
  rtc::rtcp::Fir fir{own_ssrc_, {}};
  fir.entries.push_back({media, fir_command_++});
  return send(fir, now);
}

void Publisher::ask_pause(Track& track, Instant now) {
  auto request = track.demand().due(now);
  if (!request || !track.expected_ssrc()) return;
  rtc::rtcp::Pause pause{own_ssrc_, {}};
  pause.entries.push_back({*track.expected_ssrc(), request->kind, request->pause_id, 0});
  if (!send(pause, now)) return;
  ++(request->kind == Demand::Kind::pause ? counters_.pauses_sent : counters_.resumes_sent);
}

void Publisher::send_reports(Instant now) {
  rtc::rtcp::ReceiverReport report;
  report.sender = own_ssrc_;
  std::optional<QualitySample> worst;
  for (auto& track : tracks_) {
    if (!track.ssrc()) continue;
    auto block = track.reception().report(*track.ssrc(), now);
    if (!block) continue;
    report.blocks.push_back(*block);
    auto news = track.meter().last() && now - *track.meter().last() <= kReportInterval;
    if (news) worst = worse(worst, sample_of(*block, track.negotiated().codec.clock_rate));
  }
  if (worst) quality_.on_sample(*worst, now);
  send_report(report, now);
}

void Publisher::send_report(const rtc::rtcp::ReceiverReport& report, Instant now) {
  rtc::rtcp::Sdes names;
  names.chunks.push_back({own_ssrc_, kReceiverName});
  std::array<std::uint8_t, rtc::kMaxDatagram> buffer;
  Writer writer(MutableBytes(buffer).first(buffer.size() - rtc::kSrtcpOverhead));
  report.write(writer);
  names.write(writer);
  if (writer.ok()) outlet_.send_rtcp(buffer, writer.size(), now);
}

void Publisher::send_bandwidth(Instant now) {
  const auto* video = track(rtc::MediaKind::video);
  if (video == nullptr || !video->negotiated().feedback.remb) return;
  if (extensions_.transport_cc != 0 && video->negotiated().feedback.transport_cc) return;
  rtc::rtcp::Remb remb;
  remb.sender = own_ssrc_;
  remb.bitrate_bps = max_bitrate_bps_;
  for (const auto* picture : pictures()) {
    if (picture->ssrc()) remb.sources.push_back(*picture->ssrc());
  }
  if (!remb.sources.empty()) send(remb, now);
}

void Publisher::send_arrivals(Instant now) {
  auto feedback = arrivals_.due(now);
  if (!feedback || tracks_.empty()) return;
  feedback->sender = own_ssrc_;
  auto known =
      std::find_if(tracks_.begin(), tracks_.end(), [](const auto& t) { return t.ssrc().has_value(); });
  if (known != tracks_.end()) feedback->media = *known->ssrc();
  send(*feedback, now);
}

}  // namespace classcast::relay
