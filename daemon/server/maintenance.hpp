// SPDX-License-Identifier: MIT
// classcast-server backup | restore | check | recorder.
#pragma once

#include "base/result.hpp"
#include "server/settings.hpp"

#include <string>

namespace classcast::server {

/// What to tell whoever asked. The backup is written beside its place and moved there when it is whole
/// (0600). `word` is the file, the recorder's name, or what to do with what the check finds.
Result<std::string> maintain(const Settings& settings, const std::string& command, const std::string& word);

}  // namespace classcast::server
