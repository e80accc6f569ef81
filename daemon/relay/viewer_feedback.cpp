// SPDX-License-Identifier: MIT
// What a viewer tells us: NACKs, lost pictures, reports, and by transport-wide feedback how its path does.
#include "relay/viewer.hpp"
#include "rtc/rtcp/fir.hpp"
#include "rtc/rtcp/pli.hpp"
#include "rtc/rtcp/receiver_report.hpp"
#include "rtc/rtcp/remb.hpp"
#include "rtc/rtcp/transport_cc.hpp"

#include <algorithm>

namespace classcast::relay {

void Viewer::on_rtcp(Bytes compound, Instant now) {
  rtc::rtcp::Compound packets(compound);
  while (auto packet = packets.next()) {
    if (auto report = rtc::rtcp::ReceiverReport::parse(*packet)) {
      on_reports(report->blocks, now);
    } else {
      on_feedback(*packet, now);
    }
  }
}

std::optional<Duration> Viewer::round_trip_of(const rtc::rtcp::ReportBlock& block, Instant now) const {
  constexpr double kUnitsPerSecond = 65536;
  auto sent = std::find_if(sent_reports_.begin(), sent_reports_.end(), [&](const auto& report) {
    return report.ntp_middle != 0 && report.ntp_middle == block.last_sr;
  });
  if (sent == sent_reports_.end()) return std::nullopt;
  auto held = std::chrono::duration<double>(block.delay_since_last_sr / kUnitsPerSecond);
  return std::max(now - sent->at - std::chrono::duration_cast<Duration>(held), Duration(0));
}

void Viewer::on_reports(const rtc::rtcp::ReportBlocks& blocks, Instant now) {
  constexpr double kWhole = 256;
  std::optional<QualitySample> worst;
  for (const auto& block : blocks) {
    const auto* line = line_of(block.ssrc);
    if (line == nullptr) continue;
    if (auto time = round_trip_of(block, now)) round_trip_ = time;
    if (line->track.kind == rtc::MediaKind::video) {
      bandwidth_.on_report(block.fraction_lost, now);
      playout_.on_report(block.fraction_lost / kWhole, round_trip_);
    }
    auto jitter =
        std::chrono::duration<double>(static_cast<double>(block.jitter) / line->track.codec.clock_rate);
    QualitySample sample{block.fraction_lost / kWhole, std::chrono::duration_cast<Duration>(jitter),
                         round_trip_};
    if (worst)
      sample = {std::max(worst->loss, sample.loss), std::max(worst->jitter, sample.jitter), round_trip_};
    worst = sample;
  }
  if (worst) quality_.on_sample(*worst, now);
}

void Viewer::on_feedback(const rtc::rtcp::PacketView& packet, Instant now) {
  using rtc::rtcp::Type;
  if (packet.type == Type::transport_feedback) {
    if (auto nack = rtc::rtcp::Nack::parse(packet)) return on_nack(*nack, now);
    if (auto arrivals = rtc::rtcp::TransportCc::parse(packet)) bandwidth_.on_feedback(*arrivals, now);
    return;
  }
  if (packet.type != Type::payload_feedback) return;
  if (auto remb = rtc::rtcp::Remb::parse(packet)) return bandwidth_.on_remb(remb->bitrate_bps, now);
  if (packet.count != rtc::rtcp::kFormatPli && packet.count != rtc::rtcp::kFormatFir) return;
  ++counters_.plis_received;
  auto* line = picture_line();
  if (line != nullptr && line->source != nullptr) lost_picture(*line, now);
}

void Viewer::on_nack(const rtc::rtcp::Nack& nack, Instant now) {
  ++counters_.nacks_received;
  auto* line = line_of(nack.media);
  if (line == nullptr || line->source == nullptr) return;
  nack.for_each([&](std::uint16_t seq) { resend(*line, seq, now); });
}

}  // namespace classcast::relay
