// SPDX-License-Identifier: MIT
#include "classroom/status_line.hpp"

#include <fmt/format.h>

namespace classcast::classroom {

namespace {

using protocol::SourceState;

std::string part(std::string_view name, SourceState state, const std::string& cause,
                 const std::string& figures) {
  if (state == SourceState::live) return fmt::format("{} live{}", name, figures);
  if (state == SourceState::paused) return fmt::format("{} paused, nobody watches", name);
  if (cause.empty()) return fmt::format("{} {}", name, to_text(state));
  return fmt::format("{} {} ({})", name, to_text(state), cause);
}

std::string level(const protocol::MicrophoneReport& microphone) {
  return microphone.level_dbfs ? fmt::format(" {:.0f} dBFS", *microphone.level_dbfs) : std::string();
}

}  // namespace

std::string status_line(const std::string& room, const protocol::Heartbeat& heartbeat,
                        double frames_per_second) {
  const auto& camera = heartbeat.camera;
  const auto& microphone = heartbeat.microphone;
  const auto& uplink = heartbeat.uplink;
  return fmt::format(
      "{}: {}, {}, {}", room.empty() ? "no room yet" : room,
      part("camera", camera.state, camera.cause, fmt::format(" {:.0f} fps", frames_per_second)),
      part("microphone", microphone.state, microphone.cause, level(microphone)),
      part("uplink", uplink.state, uplink.cause,
           fmt::format(" {:.1f} Mbit/s", static_cast<double>(uplink.bitrate_bps) / 1e6)));
}

}  // namespace classcast::classroom
