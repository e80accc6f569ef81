// SPDX-License-Identifier: MIT
// One request to the server, waited for.
#pragma once

#include "device/http.hpp"

namespace classcast::ctl {

device::HttpAnswer ask(const device::ServerTrust& trust, const device::HttpRequest& request);

}  // namespace classcast::ctl
