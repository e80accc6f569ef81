// SPDX-License-Identifier: MIT
// Demand: when a publisher's stream that nobody watches is paused and woken again (RFC 7728). Pure: wishes
// and times in, requests and one deadline out.
#pragma once

#include "base/clock.hpp"
#include "rtc/rtcp/pause.hpp"

#include <cstdint>
#include <optional>

namespace classcast::relay {

class Demand {
 public:
  /// Nobody watches for so long before the stream is paused.
  static constexpr Duration kIdle = 3s;
  /// A request is repeated until it is obeyed.
  static constexpr Duration kRepeat = 200ms;
  /// A publisher that does not obey is reminded more and more seldom.
  static constexpr Duration kLongestRepeat = 5s;

  using Kind = rtc::rtcp::Pause::Kind;
  struct Request {
    Kind kind = Kind::pause;
    std::uint16_t pause_id = 0;
  };

  /// Whether anybody wants the stream. It counts as wanted until told otherwise.
  void want(bool wanted, Instant now);
  /// A packet of the stream came.
  void on_media(Instant now);
  /// What the publisher answers: PAUSED, or REFUSED.
  void on_answer(const rtc::rtcp::Pause::Entry& entry);
  /// The request to send now, if any; the caller sends it.
  std::optional<Request> due(Instant now);
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  /// Whether media comes, or may be expected to: not paused, and not still waited for after a pause.
  [[nodiscard]] bool flowing() const { return !paused_ && obeyed_; }
  /// Whether the publisher has been asked to stop, and not since to go on.
  [[nodiscard]] bool paused() const { return paused_; }

 private:
  [[nodiscard]] std::optional<Instant> request_at() const;

  bool wanted_ = true;
  std::optional<Instant> unwanted_since_;
  bool paused_ = false;   // as we asked for
  bool obeyed_ = true;    // and as the publisher does, for all we know
  bool refused_ = false;  // it said no to this pause
  std::uint16_t pause_id_ = 0;
  bool stopped_ = true;  // media had stopped when it was wanted again
  Instant woken_at_{};   // when it was
  std::optional<Instant> asked_at_;
  std::optional<Instant> media_at_;
  Duration repeat_ = kRepeat;
};

}  // namespace classcast::relay
