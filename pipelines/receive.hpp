// SPDX-License-Identifier: MIT
// Subscriber: one WebRTC session that receives a room (webrtcbin) and hands out its RTP packets, in order and
// after repair. Everything may be called from one thread; the events come on GStreamer's threads.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "pipelines/publisher.hpp"
#include "pipelines/track.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace classcast::pipelines {

/// One RTP packet (RFC 3550 §5.1) without its header.
struct RtpPacket {
  MediaKind kind = MediaKind::video;
  std::uint16_t seq = 0;
  std::uint32_t timestamp = 0;
  bool marker = false;
  Buffer payload;
  std::int64_t arrival_ns = 0;  ///< Unix time
  /// The sender's clock at `timestamp`, from its reports (RFC 3550 §6.4.1), in ns since 1900; absent before
  /// the first.
  std::optional<std::int64_t> sender_ns;
};

struct SubscriberEvents {
  std::function<void(std::string sdp)> offer;  ///< once, without addresses
  std::function<void(LinkState)> link;
  std::function<void(std::string text)> fault;
  std::function<void(RtpPacket)> packet;
};

struct SubscriberSettings {
  bool loopback = false;  ///< the relay is this computer: 127.0.0.1 is our only address
};

class Subscriber {
 public:
  static Result<std::unique_ptr<Subscriber>> create(const SubscriberSettings& settings,
                                                    SubscriberEvents events);
  ~Subscriber();
  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;

  /// events.offer follows.
  Result<void> start();
  /// Gathers addresses and joins. Errc::invalid when the answer does not fit the offer; webrtcbin itself
  /// would abort the process.
  Result<void> accept(const std::string& answer);
  /// Asks the sender for a keyframe (RFC 4585 §6.3.1).
  void request_keyframe();

  struct Session;

 private:
  explicit Subscriber(std::shared_ptr<Session> session);
  std::shared_ptr<Session> session_;
};

}  // namespace classcast::pipelines
