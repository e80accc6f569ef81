// SPDX-License-Identifier: MIT
// classcast-server backup | restore | check.
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <string>

namespace classcast::server {

/// What to tell whoever asked. The backup is written beside its place and moved there when it is whole
/// (0600).
Result<std::string> maintain_database(const std::string& url, const std::string& command,
                                      const std::filesystem::path& file);

}  // namespace classcast::server
