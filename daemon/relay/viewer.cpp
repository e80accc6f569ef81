// SPDX-License-Identifier: MIT
#include "relay/viewer.hpp"

#include "base/random.hpp"
#include "rtc/rtcp/bye.hpp"
#include "rtc/rtcp/fir.hpp"
#include "rtc/rtcp/pli.hpp"
#include "rtc/rtcp/receiver_report.hpp"
#include "rtc/rtcp/sdes.hpp"
#include "rtc/rtcp/sender_report.hpp"
#include "rtc/rtx.hpp"

#include <algorithm>
#include <array>

namespace classcast::relay {

namespace {

using Datagram = std::array<std::uint8_t, rtc::kMaxDatagram>;

bool is_video(const rtc::WatchTrack& track) {
  return track.kind == rtc::MediaKind::video;
}

}  // namespace

Viewer::Line Viewer::make_line(const rtc::WatchTrack& track) {
  // RFC 3550 §5.1: both begin at random. The sequence number keeps clear of the first wrap, at which SRTP
  // receivers that joined late guess the rollover counter wrong (RFC 3711 §3.3.1).
  constexpr std::uint16_t kSeqMask = 0x3fff;
  Forwarder::Options options{.clock_rate = track.codec.clock_rate,
                             .gate = is_video(track) ? Gate::keyframe : Gate::none,
                             .first_seq = static_cast<std::uint16_t>(random_u32() & kSeqMask),
                             .first_timestamp = random_u32()};
  return {.track = track, .forwarder = Forwarder(options), .replay_at = std::nullopt};
}

Viewer::Viewer(const ViewerOptions& options, Outlet& outlet) : cname_(options.cname), outlet_(outlet) {
  for (const auto& track : options.tracks) lines_.push_back(make_line(track));
}

bool Viewer::start(Publisher& publisher, Instant now) {
  for (auto& line : lines_) {
    auto* source = publisher.track(line.track.kind);
    if (source != nullptr && !rtc::compatible(source->negotiated().codec, line.track.codec)) return false;
  }
  for (auto& line : lines_) {
    line.source = publisher.track(line.track.kind);
    line.forwarder.source_changed();
    line.replay_at.reset();
    if (line.source != nullptr && is_video(line.track)) need_keyframe(line, now);
  }
  handle_timeout(now);
  return true;
}

void Viewer::stop() {
  for (auto& line : lines_) {
    line.source = nullptr;
    line.replay_at.reset();
  }
}

void Viewer::need_keyframe(Line& line, Instant now) {
  line.replay_at = line.source->replay_start(now);
  if (line.replay_at) {
    burst_at_ = now;
  } else {
    line.source->keyframes().need();
  }
}

void Viewer::on_media(const Track& track, MediaRun run, Instant now) {
  for (auto& line : lines_) {
    if (line.source != &track || line.replay_at) continue;
    for (const auto& packet : run) {
      if (auto numbers = line.forwarder.forward(packet, now)) send(line, packet, *numbers, now);
    }
  }
}

void Viewer::catch_up(Line& line, Instant now) {
  const auto& cache = line.source->cache();
  for (std::size_t sent = 0; sent < kBurst; ++*line.replay_at) {
    if (*line.replay_at > cache.newest().value_or(-1)) return line.replay_at.reset();
    auto packet = cache.find(*line.replay_at);
    if (!packet) continue;
    if (auto numbers = line.forwarder.replay(*packet, now)) send(line, *packet, *numbers, now);
    ++sent;
  }
}

void Viewer::send(Line& line, const MediaPacket& packet, Rewritten numbers, Instant now) {
  auto buffer = outlet_.space();
  rtc::RtpHeader header{.payload_type = line.track.pt,
                        .marker = packet.marker,
                        .seq = numbers.seq,
                        .timestamp = numbers.timestamp,
                        .ssrc = line.track.ssrc};
  auto size =
      rtc::write_rtp(MutableBytes(buffer).first(buffer.size() - rtc::kSrtpOverhead), header, packet.payload);
  if (size == 0 || !outlet_.send_rtp(buffer, size, now)) return;
  ++line.packets;
  line.octets += static_cast<std::uint32_t>(packet.payload.size());
  ++counters_.packets;
  counters_.bytes += size;
}

void Viewer::resend(Line& line, std::uint16_t seq, Instant now) {
  auto sent = line.forwarder.resend(seq, now, kResendQuiet);
  auto packet = sent ? line.source->cache().find(sent->source_seq) : std::nullopt;
  if (!packet) return;
  ++counters_.resent;
  if (!line.track.rtx_pt || !line.track.rtx_ssrc) return send(line, *packet, {seq, sent->timestamp}, now);
  Datagram original;
  rtc::RtpHeader header{.payload_type = line.track.pt,
                        .marker = packet->marker,
                        .seq = seq,
                        .timestamp = sent->timestamp,
                        .ssrc = line.track.ssrc};
  auto size = rtc::write_rtp(original, header, packet->payload);
  auto view = rtc::RtpPacket::parse(MutableBytes(original).first(size));
  if (size == 0 || !view) return;
  Datagram buffer;
  auto wrapped = rtc::wrap_rtx(*view, {*line.track.rtx_ssrc, *line.track.rtx_pt}, line.rtx_seq++,
                               MutableBytes(buffer).first(buffer.size() - rtc::kSrtpOverhead));
  if (wrapped != 0 && outlet_.send_rtp(buffer, wrapped, now)) counters_.bytes += wrapped;
}

Viewer::Line* Viewer::line_of(rtc::Ssrc ssrc) {
  auto found =
      std::find_if(lines_.begin(), lines_.end(), [ssrc](const auto& l) { return l.track.ssrc == ssrc; });
  return found == lines_.end() ? nullptr : &*found;
}

void Viewer::on_rtcp(Bytes compound, Instant now) {
  rtc::rtcp::Compound packets(compound);
  while (auto packet = packets.next()) {
    if (packet->type == rtc::rtcp::Type::receiver_report) {
      if (auto report = rtc::rtcp::ReceiverReport::parse(*packet)) on_report(report->blocks);
    } else {
      on_feedback(*packet, now);
    }
  }
}

void Viewer::on_report(const rtc::rtcp::ReportBlocks& blocks) {
  for (const auto& block : blocks) {
    const auto* line = line_of(block.ssrc);
    if (line != nullptr && is_video(line->track)) fraction_lost_ = block.fraction_lost;
  }
}

void Viewer::on_feedback(const rtc::rtcp::PacketView& packet, Instant now) {
  using rtc::rtcp::Type;
  if (packet.type == Type::transport_feedback && packet.count == rtc::rtcp::kFormatNack) {
    if (auto nack = rtc::rtcp::Nack::parse(packet)) on_nack(*nack, now);
    return;
  }
  if (packet.type != Type::payload_feedback) return;
  if (packet.count != rtc::rtcp::kFormatPli && packet.count != rtc::rtcp::kFormatFir) return;
  ++counters_.plis_received;
  for (auto& line : lines_) {
    if (line.source != nullptr && is_video(line.track)) lost_picture(line, now);
  }
}

void Viewer::lost_picture(Line& line, Instant now) {
  line.source->keyframes().need();
  // A camera that does not answer has shown its last keyframe to us: the viewer may begin there again.
  if (!line.source->keyframes().unanswered(now) || line.replay_at || now < again_at_) return;
  again_at_ = now + kReplayInterval;
  line.forwarder.source_changed();
  need_keyframe(line, now);
}

void Viewer::on_nack(const rtc::rtcp::Nack& nack, Instant now) {
  ++counters_.nacks_received;
  auto* line = line_of(nack.media);
  if (line == nullptr || line->source == nullptr) return;
  nack.for_each([&](std::uint16_t seq) { resend(*line, seq, now); });
}

bool Viewer::catching_up() const {
  return std::any_of(lines_.begin(), lines_.end(), [](const auto& l) { return l.replay_at.has_value(); });
}

Instant Viewer::next_deadline() const {
  return catching_up() ? std::min(burst_at_, report_at_) : report_at_;
}

void Viewer::handle_timeout(Instant now) {
  if (now >= burst_at_) {
    for (auto& line : lines_) {
      if (line.replay_at) catch_up(line, now);
    }
    burst_at_ = now + kBurstInterval;
  }
  if (now < report_at_) return;
  report_at_ = now + kReportInterval;
  send_reports(now);
}

void Viewer::send_reports(Instant now) {
  Datagram buffer;
  Writer writer(MutableBytes(buffer).first(buffer.size() - rtc::kSrtcpOverhead));
  rtc::rtcp::Sdes names;
  for (const auto& line : lines_) {
    if (line.source == nullptr || line.packets == 0 || line.replay_at) continue;
    auto point = line.source->reception().clock_point(now);
    if (!point) continue;
    // The publisher's own NTP time: lips and voice stay together only if both tracks keep its mapping.
    rtc::rtcp::SenderReport{.sender = line.track.ssrc,
                            .ntp = point->ntp,
                            .rtp_time = line.forwarder.map_timestamp(point->rtp_time),
                            .packets = line.packets,
                            .octets = line.octets,
                            .blocks = {}}
        .write(writer);
    names.chunks.push_back({line.track.ssrc, cname_});
  }
  if (names.chunks.empty()) return;
  names.write(writer);
  if (writer.ok()) outlet_.send_rtcp(buffer, writer.size(), now);
}

void Viewer::say_bye(Instant now) {
  Datagram buffer;
  Writer writer(MutableBytes(buffer).first(buffer.size() - rtc::kSrtcpOverhead));
  rtc::rtcp::ReceiverReport nothing;  // RFC 3550 §6.1: a compound begins with a report
  rtc::rtcp::Bye bye;
  for (const auto& line : lines_) bye.sources.push_back(line.track.ssrc);
  if (bye.sources.empty()) return;
  nothing.sender = lines_.front().track.ssrc;
  nothing.write(writer);
  bye.write(writer);
  if (writer.ok()) outlet_.send_rtcp(buffer, writer.size(), now);
}

}  // namespace classcast::relay
