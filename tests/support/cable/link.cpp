// SPDX-License-Identifier: MIT
#include "cable/link.hpp"

#include <netinet/in.h>

#include <algorithm>

namespace classcast::cable {

namespace {

Duration from_ms(double ms) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(ms));
}

constexpr std::size_t kEthernetHeader = 14;

std::uint16_t be16(Bytes frame, std::size_t at) {
  if (frame.size() < at + 2) return 0;
  return static_cast<std::uint16_t>(frame[at] << 8 | frame[at + 1]);
}

/// What a firewall looks at: UDP or not, and the TCP port that an IPv4 packet is for. IPv6 is not spoken on
/// our cables but for the kernel's own greetings, whose protocol is neither.
bool is_refused(const LinkSettings& settings, Bytes frame) {
  constexpr std::uint16_t kIpv4 = 0x0800;
  constexpr std::size_t kProtocol = kEthernetHeader + 9;
  if (be16(frame, 12) != kIpv4 || frame.size() <= kProtocol) return false;
  if (frame[kProtocol] == IPPROTO_UDP) return !settings.carries_udp;
  if (frame[kProtocol] != IPPROTO_TCP || settings.refused_tcp_port == 0) return false;
  const std::size_t ip_header = static_cast<std::size_t>(frame[kEthernetHeader] & 0x0f) * 4;
  return be16(frame, kEthernetHeader + ip_header + 2) == settings.refused_tcp_port;
}

}  // namespace

void Link::take(Bytes frame, Instant now) {
  if (is_refused(settings_, frame)) return;
  constexpr double kWhole = 100;
  if (std::uniform_real_distribution<>(0, kWhole)(random_) < settings_.loss_percent) return;
  busy_until_ = std::max(busy_until_, now);
  if (settings_.rate_kbit > 0) {
    if (busy_until_ - now > from_ms(settings_.queue_ms)) return;
    busy_until_ += from_ms(static_cast<double>(frame.size()) * 8 / settings_.rate_kbit);
  }
  auto at = busy_until_ + from_ms(settings_.delay_ms);
  if (!way_.empty()) at = std::max(at, way_.back().at);  // a cable does not reorder
  way_.push_back({at, {frame.begin(), frame.end()}});
}

void Link::deliver(Instant now, const std::function<void(Bytes)>& out) {
  for (; !way_.empty() && way_.front().at <= now; way_.pop_front()) out(way_.front().data);
}

std::optional<Instant> Link::next() const {
  if (way_.empty()) return std::nullopt;
  return way_.front().at;
}

}  // namespace classcast::cable
