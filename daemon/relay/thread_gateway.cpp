// SPDX-License-Identifier: MIT
#include "relay/thread_gateway.hpp"

#include "glib/source.hpp"

#include <utility>

namespace classcast::relay {

namespace {

/// Runs `ask` on the media thread and `done` with its result on the main thread.
template <typename Ask, typename Done>
void ask_media(MediaLoop& loop, Ask ask, Done done) {
  loop.post([ask = std::move(ask), done = std::move(done)](Sessions& sessions, Instant now) mutable {
    glib::post([done = std::move(done), result = ask(sessions, now)]() mutable { done(std::move(result)); });
  });
}

}  // namespace

void ThreadGateway::open(OpenRequest request, Done<Outcome<Opened>> done) {
  ask_media(
      loop_,
      [request = std::move(request)](Sessions& sessions, Instant now) { return sessions.open(request, now); },
      std::move(done));
}

void ThreadGateway::patch(PatchRequest request, Done<Outcome<Patched>> done) {
  ask_media(
      loop_,
      [request = std::move(request)](Sessions& sessions, Instant now) {
        return sessions.patch(request, now);
      },
      std::move(done));
}

void ThreadGateway::close(SessionName name, Done<bool> done) {
  ask_media(
      loop_, [name = std::move(name)](Sessions& sessions, Instant now) { return sessions.close(name, now); },
      std::move(done));
}

void ThreadGateway::exists(SessionName name, Done<bool> done) {
  ask_media(
      loop_, [name = std::move(name)](Sessions& sessions, Instant) { return sessions.exists(name); },
      std::move(done));
}

void ThreadGateway::status(Done<protocol::RelayStatus> done) {
  ask_media(
      loop_, [](Sessions& sessions, Instant now) { return sessions.status(now); }, std::move(done));
}

void ThreadGateway::totals(Done<SessionTotals> done) {
  ask_media(
      loop_, [](Sessions& sessions, Instant) { return sessions.totals(); }, std::move(done));
}

}  // namespace classcast::relay
