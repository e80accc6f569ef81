// SPDX-License-Identifier: MIT
#include "rtc/bandwidth.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace classcast::rtc {

namespace {

constexpr double kBitsPerByte = 8;
/// §5.5: after a decrease the estimate is this part of what arrives.
constexpr double kDecrease = 0.85;
/// §5.5: far from the last known capacity, 8 % a second.
constexpr double kGrowthPerSecond = 1.08;
/// §5.5: the estimate keeps within this much of what arrives; a stream that sends little proves little.
constexpr double kHeadroom = 1.5;
constexpr double kHeadroom_bps = 10'000;
/// Near the last known capacity, about half a packet a response time.
constexpr double kNearGrowth_bps_per_s = 40'000;
constexpr double kNear = 0.95;
constexpr Duration kDecreaseInterval = 300ms;
constexpr Duration kMaxStep = 1s;
/// §6: loss below 2 % is noise, above 10 % it is congestion.
constexpr double kLowLoss = 0.02;
constexpr double kHighLoss = 0.10;
constexpr double kLossGrowth = 1.05;
constexpr Duration kLossWindow = 1s;
constexpr std::size_t kMinLossPackets = 20;
/// A probe that arrives at less than this part of its speed has met the bottleneck.
constexpr double kProbePassed = 0.9;

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

std::uint32_t microseconds_of(Instant now) {
  return static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count());
}

/// The moment not later than `now` that these lower bits of its microseconds belong to.
Instant instant_of(std::uint32_t at_us, Instant now) {
  auto whole = std::chrono::floor<std::chrono::microseconds>(now);
  return whole - std::chrono::microseconds(microseconds_of(now) - at_us);
}

}  // namespace

void Throughput::on_arrival(Duration arrival, std::size_t bytes) {
  auto bucket = arrival / kBucket;
  if (!first_) first_ = newest_ = bucket;
  if (bucket + static_cast<std::int64_t>(kBuckets) <= newest_) return;
  auto skipped = std::min(bucket - newest_, static_cast<std::int64_t>(kBuckets));
  for (std::int64_t i = 1; i <= skipped; ++i) bytes_[static_cast<std::size_t>(newest_ + i) % kBuckets] = 0;
  if (bucket > newest_ + skipped) bytes_.fill(0);
  newest_ = std::max(newest_, bucket);
  bytes_[static_cast<std::size_t>(bucket) % kBuckets] += bytes;
}

std::optional<std::uint64_t> Throughput::bps() const {
  // The newest bucket is still filling.
  constexpr auto kWhole = kBuckets - 1;
  if (!first_ || newest_ - *first_ < static_cast<std::int64_t>(kWhole)) return std::nullopt;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    if (i != static_cast<std::size_t>(newest_) % kBuckets) total += bytes_[i];
  }
  return static_cast<std::uint64_t>(static_cast<double>(total) * kBitsPerByte / seconds(kBucket * kWhole));
}

std::uint16_t Bandwidth::on_sent(std::size_t bytes, Instant now, std::uint8_t probe) {
  if (history_.empty()) history_.resize(kHistory);
  auto seq = next_seq_++;
  history_[static_cast<std::size_t>(seq) % kHistory] = {.seq = static_cast<std::uint32_t>(seq),
                                                        .at_us = microseconds_of(now),
                                                        .bytes = static_cast<std::uint16_t>(bytes),
                                                        .probe = probe};
  sent_.on_arrival(now.time_since_epoch(), bytes);
  return static_cast<std::uint16_t>(seq);
}

/// Which of the packets sent so far the 16 bits mean.
std::optional<std::int64_t> Bandwidth::whole_seq(std::uint16_t seq) const {
  auto distance = serial_distance(seq, static_cast<std::uint16_t>(next_seq_ - 1));
  auto whole = next_seq_ - 1 + distance;
  return distance > 0 || whole < 1 ? std::nullopt : std::optional(whole);
}

Bandwidth::Sent* Bandwidth::find(std::int64_t seq) {
  if (history_.empty()) return nullptr;
  auto& sent = history_[static_cast<std::size_t>(seq) % kHistory];
  return sent.seq == static_cast<std::uint32_t>(seq) ? &sent : nullptr;
}

void Bandwidth::on_feedback(const rtcp::TransportCc& feedback, Instant now) {
  constexpr unsigned kReferenceBits = 24;
  // The 24 bits are unwrapped at the upper end of 32, where they wrap as the type does.
  auto reference =
      reference_.unwrap(feedback.reference_time << (32 - kReferenceBits)) >> (32 - kReferenceBits);
  Duration arrival = reference * Duration(rtcp::TransportCc::kReferenceUnit);
  auto next = feedback.base_seq;
  for (const auto& status : feedback.arrivals) {
    if (status.received) arrival += status.delta * Duration(rtcp::TransportCc::kDeltaUnit);
    auto seq = whole_seq(next++);
    auto* sent = seq ? find(*seq) : nullptr;
    if (sent == nullptr || sent->reported) continue;
    if (status.received) {
      sent->reported = true;
      ++window_received_;
      if (sent->missed && window_lost_ > 0) --window_lost_;  // it was only late
      take_arrival(*sent, instant_of(sent->at_us, now), arrival);
    } else if (*seq > highest_reported_) {
      sent->missed = true;
      ++window_lost_;
    }
    highest_reported_ = std::max(highest_reported_, *seq);
  }
  feedback_at_ = now;
  judge_loss(now);
  control(now);
}

void Bandwidth::take_arrival(const Sent& sent, Instant left, Duration arrival) {
  acked_.on_arrival(arrival, sent.bytes);
  delay_.on_packet(left, arrival);
  if (sent.probe != 0) take_probe(sent, left, arrival);
}

void Bandwidth::take_probe(const Sent& sent, Instant left, Duration arrival) {
  if (probe_.id != sent.probe) {
    probe_ = Probe{.id = sent.probe, .first_sent = left, .first_arrival = arrival};
  } else {
    probe_.bytes_behind_first += sent.bytes;
    probe_.bytes_before_last += probe_.last_size;
  }
  ++probe_.packets;
  probe_.bytes += sent.bytes;
  probe_.last_size = sent.bytes;
  probe_.last_sent = left;
  probe_.last_arrival = std::max(probe_.last_arrival, arrival);
  judge_probe();
}

/// The slower of what left and what came, over a probe, is what the path carries at least.
void Bandwidth::judge_probe() {
  constexpr auto kLeastTime = 10ms;
  auto leaving = probe_.last_sent - probe_.first_sent;
  auto coming = probe_.last_arrival - probe_.first_arrival;
  if (probe_.packets < kMinProbePackets || leaving < kLeastTime || coming <= Duration(0)) return;
  auto speed_out = static_cast<double>(probe_.bytes_before_last) * kBitsPerByte / seconds(leaving);
  auto speed_in = static_cast<double>(probe_.bytes_behind_first) * kBitsPerByte / seconds(coming);
  if (!std::exchange(probe_.counted, true)) ++probes_;
  auto passed = speed_in >= kProbePassed * speed_out;
  auto carried = passed ? std::min(speed_in, speed_out) : kDecrease * speed_in;
  if (delay_.use() == PathUse::over || !delay_bps_) return;
  carried = std::min(carried, static_cast<double>(kMax_bps));
  delay_bps_ = std::max(*delay_bps_, carried);
  // Loss alone may have lowered the estimate, and on a line that always loses a little nothing else would
  // raise it again.
  if (loss_bps_) loss_bps_ = std::max(*loss_bps_, carried);
}

void Bandwidth::judge_loss(Instant now) {
  if (!window_at_) window_at_ = now;
  auto total = window_lost_ + window_received_;
  if (now - *window_at_ < kLossWindow || total < kMinLossPackets) return;
  limit_by_loss(static_cast<double>(window_lost_) / static_cast<double>(total));
  window_at_ = now;
  window_lost_ = window_received_ = 0;
}

void Bandwidth::on_report(std::uint8_t fraction_lost, Instant now) {
  constexpr double kWhole = 256;
  if (fresh(feedback_at_, now)) return;
  report_at_ = now;
  limit_by_loss(fraction_lost / kWhole);
}

void Bandwidth::limit_by_loss(double loss) {
  // §6: A(k) = A(k-1) · (1 - p/2) above 10 %, · 1.05 below 2 %, unchanged between.
  auto sending = static_cast<double>(sent_.bps().value_or(0));
  if (loss > kHighLoss) {
    auto from = loss_bps_ ? std::min(*loss_bps_, sending) : sending;
    if (from > 0) loss_bps_ = std::max(from * (1 - loss / 2), static_cast<double>(kMin_bps));
  } else if (loss < kLowLoss && loss_bps_) {
    // What was sent has arrived; a stream that sends little proves little.
    auto limit = std::max(*loss_bps_, kHeadroom * sending + kHeadroom_bps);
    loss_bps_ = std::min(std::max(*loss_bps_ * kLossGrowth, sending), limit);
  }
}

void Bandwidth::on_remb(std::uint64_t bps, Instant now) {
  remb_at_ = now;
  remb_bps_ = bps;
}

/// §5.5: decrease when the queue grows, hold while it drains, increase otherwise.
void Bandwidth::control(Instant now) {
  auto acked = acked_.bps();
  if (!acked || *acked == 0) return;
  switch (delay_.use()) {
    case PathUse::over:
      decrease(*acked, now);
      break;
    case PathUse::under:
      break;
    case PathUse::normal:
      increase(*acked, now);
      break;
  }
  controlled_at_ = now;
}

void Bandwidth::increase(std::uint64_t acked, Instant now) {
  auto arrives = static_cast<double>(acked);
  if (!delay_bps_) delay_bps_ = arrives;
  auto step = seconds(controlled_at_ ? std::min<Duration>(now - *controlled_at_, kMaxStep) : Duration(0));
  if (capacity_bps_ > 0 && arrives > capacity_bps_ / kDecrease)
    capacity_bps_ = 0;  // there is more than before
  auto near = capacity_bps_ > 0 && *delay_bps_ > kNear * capacity_bps_;
  auto grown =
      near ? *delay_bps_ + kNearGrowth_bps_per_s * step : *delay_bps_ * std::pow(kGrowthPerSecond, step);
  auto limit = std::max(*delay_bps_, kHeadroom * arrives + kHeadroom_bps);
  // What arrives without a queue growing is carried.
  delay_bps_ = std::min({std::max(grown, arrives), limit, static_cast<double>(kMax_bps)});
}

void Bandwidth::decrease(std::uint64_t acked, Instant now) {
  if (decreased_at_ && now - *decreased_at_ < kDecreaseInterval) return;
  decreased_at_ = now;
  auto arrives = static_cast<double>(acked);
  capacity_bps_ = arrives;
  auto lowered = std::max(kDecrease * arrives, static_cast<double>(kMin_bps));
  delay_bps_ = std::min(delay_bps_.value_or(lowered), lowered);
}

bool Bandwidth::can_probe(Instant now) const {
  return fresh(feedback_at_, now) && delay_bps_.has_value();
}

std::optional<std::uint64_t> Bandwidth::estimate_bps(Instant now) const {
  std::optional<double> estimate;
  auto lower = [&estimate](double bps) { estimate = std::min(estimate.value_or(bps), bps); };
  auto by_feedback = fresh(feedback_at_, now);
  if (by_feedback && delay_bps_) lower(*delay_bps_);
  if (loss_bps_ && (by_feedback || fresh(report_at_, now))) lower(*loss_bps_);
  if (!by_feedback && fresh(remb_at_, now)) lower(static_cast<double>(remb_bps_));
  if (!estimate) return std::nullopt;
  return static_cast<std::uint64_t>(*estimate);
}

}  // namespace classcast::rtc
