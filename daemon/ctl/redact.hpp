// SPDX-License-Identifier: MIT
// The last guard of the support archive: nothing should hold a secret by then, and if something does, it is
// taken out.
#pragma once

#include "base/secret.hpp"

#include <string>
#include <vector>

namespace classcast::ctl {

/// `text` with each secret, as it is and as a URL writes it, and each login inside a URL replaced by ***.
std::string redact(std::string text, const std::vector<Secret>& secrets);

}  // namespace classcast::ctl
