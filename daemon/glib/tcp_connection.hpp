// SPDX-License-Identifier: MIT
// What lies below a stream of libsoup or GIO: the TCP connection, and how long it may hang.
#pragma once

#include "base/clock.hpp"
#include "glib/ref.hpp"

#include <gio/gio.h>

namespace classcast::glib {

/// Looks through TLS and libsoup's own stream; none where there is no TCP below.
Ref<GSocketConnection> tcp_connection(GIOStream* stream);

/// Ends the connection when what is sent is not acknowledged for this long (TCP_USER_TIMEOUT, tcp(7));
/// silence alone never does.
void set_user_timeout(GIOStream* stream, Duration limit);

}  // namespace classcast::glib
