// SPDX-License-Identifier: MIT
// Reads [mail] of server.conf.
#pragma once

#include "glib/config.hpp"
#include "server/settings.hpp"

namespace classcast::server {

/// After [http]: mails hold links that begin with public_url.
Result<void> read_mail(const glib::Config& config, Settings& settings);

}  // namespace classcast::server
