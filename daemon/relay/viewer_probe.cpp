// SPDX-License-Identifier: MIT
// Probes: for a moment a viewer is sent packets it already has, as retransmissions, at the speed of the next
// better layer. Its feedback tells whether they came as fast.
#include "relay/viewer.hpp"

namespace classcast::relay {

void Viewer::plan_probe(Instant now) {
  auto wanted = choice_.probe_bps();
  if (!wanted) {
    probe_interval_ = kProbeInterval;
    return;
  }
  auto* line = picture_line();
  if (probe_.id != 0 || now < probe_again_at_ || busy() || line == nullptr || !line->track.rtx_pt) return;
  auto newest = line->forwarder.newest_seq();
  if (!newest || !stamps(*line)) return;
  // The last one did not find enough: the path is not bothered with the next too soon.
  auto found = bandwidth_.estimate_bps(now).value_or(0) >= *wanted * 9 / 10;
  probe_interval_ =
      found || last_probe_ == 0 ? kProbeInterval : std::min(probe_interval_ * 2, kLongestProbeInterval);
  probe_again_at_ = now + probe_interval_;
  last_probe_ = static_cast<std::uint8_t>(last_probe_ == 255 ? 1 : last_probe_ + 1);
  probe_ = {last_probe_, *wanted, now, now + kProbeTime, 0, *newest};
  burst_at_ = now;
}

void Viewer::probe(Instant now) {
  constexpr int kMaxPacketsAtOnce = 16;
  auto* line = picture_line();
  if (now >= probe_.until || line == nullptr || line->source == nullptr) {
    probe_.id = 0;
    return;
  }
  auto passed = std::chrono::duration<double>(now - probe_.since).count();
  auto due = static_cast<std::uint64_t>(passed * static_cast<double>(probe_.bps) / 8);
  for (int i = 0; i < kMaxPacketsAtOnce && probe_.bytes <= due; ++i) {
    if (send_probe_packet(*line, now)) continue;
    probe_.id = 0;
    return;
  }
}

/// One of the newest packets once more, the next older one each time; false when there are none.
bool Viewer::send_probe_packet(Line& line, Instant now) {
  constexpr std::uint16_t kReach = 64;
  auto newest = *line.forwarder.newest_seq();
  if (static_cast<std::uint16_t>(newest - probe_.next_seq) > kReach) probe_.next_seq = newest;
  auto sent = line.forwarder.recall(probe_.next_seq);
  auto packet = sent && !sent->former ? line.source->cache().find(sent->source_seq) : std::nullopt;
  if (!packet) {
    if (probe_.next_seq == newest) return false;
    probe_.next_seq = newest;
    probe_.bytes += 1;
    return true;
  }
  send_repair(line, *packet, probe_.next_seq--, sent->timestamp, now);
  probe_.bytes += packet->payload.size();
  ++counters_.probe_packets;
  return true;
}

}  // namespace classcast::relay
