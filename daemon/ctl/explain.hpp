// SPDX-License-Identifier: MIT
// The settings that count, as lines for people; bundle needs them too.
#pragma once

#include "glib/config.hpp"

#include <string>

namespace classcast::ctl {

/// One line per key: "[camera] url = rtsp://user:***@…    /etc/classcast/classroom.conf:12". Secrets are
/// masked; what stands in a file of its own is not read.
std::string explained(const glib::Config& config);

}  // namespace classcast::ctl
