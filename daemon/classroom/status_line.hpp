// SPDX-License-Identifier: MIT
// The one line that `systemctl status classcastd` shows, e.g.
// "room-101: camera live 25 fps, microphone live -23 dBFS, uplink live 1.2 Mbit/s".
#pragma once

#include "protocol/agent.hpp"

#include <string>

namespace classcast::classroom {

/// `room` is empty until the server has told it.
std::string status_line(const std::string& room, const protocol::Heartbeat& heartbeat,
                        double frames_per_second);

}  // namespace classcast::classroom
