// SPDX-License-Identifier: MIT
#include "relay/viewer.hpp"

#include "base/random.hpp"
#include "rtc/rtcp/bye.hpp"
#include "rtc/rtcp/receiver_report.hpp"
#include "rtc/rtcp/sdes.hpp"
#include "rtc/rtcp/sender_report.hpp"
#include "rtc/rtx.hpp"

#include <algorithm>
#include <array>

namespace classcast::relay {

namespace {

using Datagram = std::array<std::uint8_t, rtc::kMaxDatagram>;

/// IPv4, UDP and the authentication tag: what a packet takes on the wire beside itself.
constexpr std::size_t kWireOverhead = 20 + 8 + rtc::kSrtpOverhead;

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
                             .first_timestamp = random_u32(),
                             .history = is_video(track) ? Forwarder::kHistory : Forwarder::kSoundHistory};
  return {.track = track, .forwarder = Forwarder(options), .replay_at = std::nullopt};
}

Viewer::Viewer(const ViewerOptions& options, Outlet& outlet)
    : cname_(options.cname),
      transport_id_(options.extensions.transport_cc),
      playout_id_(options.extensions.playout_delay),
      outlet_(outlet) {
  for (const auto& track : options.tracks) lines_.push_back(make_line(track));
  choice_.set_wish(options.wish);
}

const Viewer::Line* Viewer::picture_line() const {
  auto found =
      std::find_if(lines_.begin(), lines_.end(), [](const auto& line) { return is_video(line.track); });
  return found == lines_.end() ? nullptr : &*found;
}

Viewer::Line* Viewer::picture_line() {
  return const_cast<Line*>(std::as_const(*this).picture_line());
}

Viewer::Line* Viewer::line_of(rtc::Ssrc ssrc) {
  auto found =
      std::find_if(lines_.begin(), lines_.end(), [ssrc](const auto& l) { return l.track.ssrc == ssrc; });
  return found == lines_.end() ? nullptr : &*found;
}

void Viewer::on_media(const Track& track, MediaRun run, Instant now) {
  for (auto& line : lines_) {
    if (line.source != &track && line.target != &track) continue;
    for (const auto& packet : run) {
      if (line.target == &track && packet.keyframe) begin(line, *line.target, std::nullopt, now);
      if (line.source != &track || line.replay_at) continue;
      if (auto numbers = line.forwarder.forward(packet, now)) send(line, packet, *numbers, now);
    }
  }
}

void Viewer::catch_up(Line& line, Instant now) {
  const auto& cache = line.source->cache();
  pacer_.set_rate(pace_bps(*line.source, now));
  for (; pacer_.may_send(now); ++*line.replay_at) {
    if (*line.replay_at > cache.newest().value_or(-1)) return line.replay_at.reset();
    auto packet = cache.find(*line.replay_at);
    if (!packet) continue;
    auto numbers = line.forwarder.replay(*packet, now);
    if (!numbers) continue;
    send(line, *packet, *numbers, now);
    pacer_.spend(packet->payload.size() + kWireOverhead);
  }
}

bool Viewer::stamps(const Line& line) const {
  return transport_id_ != 0 && line.track.feedback.transport_cc;
}

std::uint16_t Viewer::count_out(const Line& line, std::size_t size, Instant now) {
  return stamps(line) ? bandwidth_.on_sent(size + kWireOverhead, now, probe_.id) : std::uint16_t{0};
}

rtc::RtpHeader Viewer::header_of(const Line& line, const MediaPacket& packet, Rewritten numbers) const {
  auto hold = playout_id_ != 0 && line.track.kind == rtc::MediaKind::video ? playout_.units() : std::nullopt;
  return {.payload_type = line.track.pt,
          .marker = packet.marker,
          .seq = numbers.seq,
          .timestamp = numbers.timestamp,
          .ssrc = line.track.ssrc,
          .transport_id = stamps(line) ? transport_id_ : std::uint8_t{0},
          .playout_id = hold ? playout_id_ : std::uint8_t{0},
          .playout_min = hold.value_or(0)};
}

void Viewer::send(Line& line, const MediaPacket& packet, Rewritten numbers, Instant now) {
  auto buffer = outlet_.space();
  auto header = header_of(line, packet, numbers);
  header.transport_seq = count_out(line, packet.payload.size(), now);
  line.forwarder.sent_as(numbers.seq, {header.transport_seq, header.playout_id != 0, header.playout_min});
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
  auto* source = sent && sent->former ? line.former : line.source;
  auto packet = sent && source != nullptr ? source->cache().find(sent->source_seq) : std::nullopt;
  if (!packet) return;
  ++counters_.resent;
  if (send_repair(line, *packet, seq, sent->timestamp, now)) return;
  // Octet for octet as it was, because under its old number it has its old nonce too.
  Datagram buffer;
  auto header = header_of(line, *packet, {seq, sent->timestamp});
  header.transport_seq = sent->extras.transport_seq;
  header.playout_id = sent->extras.told_playout ? playout_id_ : std::uint8_t{0};
  header.playout_min = sent->extras.playout_min;
  auto size =
      rtc::write_rtp(MutableBytes(buffer).first(buffer.size() - rtc::kSrtpOverhead), header, packet->payload);
  if (size != 0 && outlet_.send_rtp(buffer, size, now)) counters_.bytes += size;
}

/// By RFC 4588; false where the viewer did not take it.
bool Viewer::send_repair(Line& line, const MediaPacket& packet, std::uint16_t seq, std::uint32_t timestamp,
                         Instant now) {
  if (!line.track.rtx_pt || !line.track.rtx_ssrc) return false;
  Datagram original;
  auto header = header_of(line, packet, {seq, timestamp});
  header.transport_seq = count_out(line, packet.payload.size(), now);
  auto size = rtc::write_rtp(original, header, packet.payload);
  auto view = rtc::RtpPacket::parse(MutableBytes(original).first(size));
  if (size == 0 || !view) return true;
  Datagram buffer;
  auto wrapped = rtc::wrap_rtx(*view, {*line.track.rtx_ssrc, *line.track.rtx_pt}, line.rtx_seq++,
                               MutableBytes(buffer).first(buffer.size() - rtc::kSrtpOverhead));
  if (wrapped != 0 && outlet_.send_rtp(buffer, wrapped, now)) counters_.bytes += wrapped;
  return true;
}

bool Viewer::busy() const {
  return probe_.id != 0 ||
         std::any_of(lines_.begin(), lines_.end(), [](const auto& l) { return l.replay_at.has_value(); });
}

Instant Viewer::next_deadline() const {
  return busy() ? std::min(burst_at_, report_at_) : report_at_;
}

void Viewer::handle_timeout(Instant now) {
  if (now >= burst_at_) {
    for (auto& line : lines_) {
      if (line.replay_at) catch_up(line, now);
    }
    if (probe_.id != 0) probe(now);
    burst_at_ = now + Pacer::kInterval;
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
    rtc::rtcp::SenderReport report{.sender = line.track.ssrc,
                                   .ntp = point->ntp,
                                   .rtp_time = line.forwarder.map_timestamp(point->rtp_time),
                                   .packets = line.packets,
                                   .octets = line.octets,
                                   .blocks = {}};
    report.write(writer);
    sent_reports_[reports_++ % sent_reports_.size()] = {report.ntp_middle(), now};
    names.chunks.push_back({line.track.ssrc, cname_});
  }
  if (names.chunks.empty()) return;
  names.write(writer);
  if (writer.ok()) outlet_.send_rtcp(buffer, writer.size(), now);
}

void Viewer::say_bye(Instant now) {
  Datagram buffer;
  Writer writer(MutableBytes(buffer).first(buffer.size() - rtc::kSrtcpOverhead));
  rtc::rtcp::ReceiverReport nothing;  // RFC 3550 §6.1: a compound begins with a report and has a name
  rtc::rtcp::Sdes names;
  rtc::rtcp::Bye bye;
  for (const auto& line : lines_) {
    names.chunks.push_back({line.track.ssrc, cname_});
    bye.sources.push_back(line.track.ssrc);
  }
  if (bye.sources.empty()) return;
  nothing.sender = lines_.front().track.ssrc;
  nothing.write(writer);
  names.write(writer);
  bye.write(writer);
  if (writer.ok()) outlet_.send_rtcp(buffer, writer.size(), now);
}

}  // namespace classcast::relay
