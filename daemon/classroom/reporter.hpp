// SPDX-License-Identifier: MIT
// Reporter: the truth about camera, microphone, uplink and computer as a heartbeat (docs/ref/protocol.md §5).
#pragma once

#include "classroom/camera_source.hpp"
#include "classroom/host_figures.hpp"
#include "classroom/microphone_source.hpp"
#include "classroom/rate_meter.hpp"
#include "classroom/uplink.hpp"
#include "protocol/agent.hpp"

namespace classcast::classroom {

class Reporter {
 public:
  struct Parts {
    const CameraSource& camera;
    const CameraSource& low_camera;
    const MicrophoneSource& microphone;
    const Uplink& uplink;
    const Uplink& low_uplink;
  };
  explicit Reporter(const Parts& parts) : parts_(parts) {}

  protocol::Heartbeat heartbeat(Instant at, std::optional<std::int64_t> clock_offset_ms);
  [[nodiscard]] double frames_per_second() const { return frames_.per_second(); }

 private:
  void measure(Instant at, const pipelines::PublisherStats& uplink);
  void look_at_host(Instant at);
  [[nodiscard]] protocol::CameraReport camera(Instant at) const;
  [[nodiscard]] protocol::LayerReport low_layer() const;
  [[nodiscard]] protocol::MicrophoneReport microphone(Instant at) const;
  [[nodiscard]] protocol::UplinkReport uplink(const pipelines::PublisherStats& stats) const;

  const Parts parts_;
  const Instant started_ = now();
  RateMeter frames_;
  RateMeter video_bytes_;
  RateMeter low_bytes_;
  RateMeter uplink_bytes_;
  HostFigures host_figures_;
  protocol::HostReport host_;
  Instant host_due_;
  std::int64_t seq_ = 0;
};

}  // namespace classcast::classroom
