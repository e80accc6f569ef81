// SPDX-License-Identifier: MIT
// Publisher: one WebRTC session that sends a room's tracks (webrtcbin). Build, start and destroy it on a
// worker thread; everything else may be called from the main thread and does not block.
#pragma once

#include "base/result.hpp"
#include "pipelines/camera.hpp"
#include "pipelines/rtcp_feedback.hpp"
#include "pipelines/signalling.hpp"
#include "pipelines/track.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace classcast::pipelines {

struct PublisherSettings {
  std::optional<VideoCodec> video;  ///< nothing: no camera is configured
  bool audio = false;
  bool loopback = false;  ///< the server is this computer: 127.0.0.1 is our only address
  bool pausable = false;  ///< offer RFC 7728's pause and resume of the video stream
  bool operator==(const PublisherSettings&) const = default;
};

/// Called on GStreamer's threads.
struct PublisherEvents {
  std::function<void(std::string sdp)> offer;  ///< once, without addresses
  std::function<void(LinkState)> link;
  std::function<void(std::string text)> fault;
  std::function<void()> keyframe_request;
  std::function<void(bool paused)> pause;  ///< asked for by the receiver, perhaps repeatedly
};

struct PublisherStats {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;  ///< RTP, before encryption
  LinkFigures link;
};

class Publisher {
 public:
  static Result<std::unique_ptr<Publisher>> create(const PublisherSettings& settings, PublisherEvents events);
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// events.offer follows.
  Result<void> start();
  /// Gathers addresses and joins. Errc::invalid when the answer does not fit the offer; webrtcbin itself
  /// would abort the process.
  Result<void> accept(const std::string& answer, const std::vector<IceServer>& servers);

  /// The inputs for Track::attach; null when not configured.
  [[nodiscard]] Ref<GstAppSrc> video_input() const;
  [[nodiscard]] Ref<GstAppSrc> audio_input() const;
  [[nodiscard]] Instant base_time() const;
  [[nodiscard]] PublisherStats stats() const;
  /// RTCP packets received so far: LinkFigures::reports alone.
  [[nodiscard]] std::uint64_t reports() const;

  struct Session;

 private:
  explicit Publisher(std::shared_ptr<Session> session);
  std::shared_ptr<Session> session_;
};

}  // namespace classcast::pipelines
