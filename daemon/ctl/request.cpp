// SPDX-License-Identifier: MIT
#include "ctl/request.hpp"

#include <optional>
#include <utility>

namespace classcast::ctl {

device::HttpAnswer ask(const device::ServerTrust& trust, const device::HttpRequest& request) {
  auto session = device::make_session(trust);
  std::optional<device::HttpAnswer> received;
  device::send(session.get(), request,
               [&received](device::HttpAnswer answer) { received = std::move(answer); });
  while (!received) g_main_context_iteration(nullptr, TRUE);
  return *received;
}

}  // namespace classcast::ctl
