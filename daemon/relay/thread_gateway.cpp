// SPDX-License-Identifier: MIT
#include "relay/thread_gateway.hpp"

#include "glib/source.hpp"

#include <algorithm>
#include <iterator>
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

void add(protocol::RelayStatus& sum, protocol::RelayStatus&& part) {
  sum.sessions += part.sessions;
  std::move(part.rooms.begin(), part.rooms.end(), std::back_inserter(sum.rooms));
}

void add(SessionTotals& sum, SessionTotals&& part) {
  sum.add(part);
}

void add(std::size_t& sum, std::size_t part) {
  sum += part;
}

/// Asks every media thread, and is done when all have answered.
template <typename T, typename Ask>
void ask_all(MediaThreads& threads, Ask ask, std::function<void(T)> done) {
  struct Gathered {
    std::size_t missing;
    std::function<void(T)> done;
    T sum{};
  };
  auto gathered = std::make_shared<Gathered>(Gathered{threads.size(), std::move(done), {}});
  for (std::size_t i = 0; i < threads.size(); ++i) {
    ask_media(threads[i], ask, [gathered](T part) {
      add(gathered->sum, std::move(part));
      if (--gathered->missing == 0) gathered->done(std::move(gathered->sum));
    });
  }
}

}  // namespace

ThreadGateway::ThreadGateway(MediaThreads& threads) : threads_(threads), placement_(threads.size()) {
  threads_.start([this](const RoomId& room) { glib::post([this, room] { placement_.gone(room); }); });
}

void ThreadGateway::open(OpenRequest request, Done<Outcome<Opened>> done) {
  struct Answer {
    Outcome<Opened> outcome;
    Placement::After room;
  };
  auto room = request.room;
  auto& loop = threads_[placement_.begin(room)];
  ask_media(
      loop,
      [request = std::move(request)](Sessions& sessions, Instant now) {
        auto outcome = sessions.open(request, now);
        auto alive = sessions.has_room(request.room);
        return Answer{std::move(outcome), alive ? Placement::After::alive : Placement::After::gone};
      },
      [this, room, done = std::move(done)](Answer answer) {
        placement_.finish(room, answer.room);
        done(std::move(answer.outcome));
      });
}

void ThreadGateway::patch(PatchRequest request, Done<Outcome<Patched>> done) {
  auto& loop = loop_of(request.session.room);
  ask_media(
      loop,
      [request = std::move(request)](Sessions& sessions, Instant now) {
        return sessions.patch(request, now);
      },
      std::move(done));
}

void ThreadGateway::close(SessionName name, Done<bool> done) {
  auto& loop = loop_of(name.room);
  ask_media(
      loop, [name = std::move(name)](Sessions& sessions, Instant now) { return sessions.close(name, now); },
      std::move(done));
}

void ThreadGateway::evict(Eviction eviction, Done<std::size_t> done) {
  ask_all<std::size_t>(
      threads_,
      [eviction = std::move(eviction)](Sessions& sessions, Instant now) {
        return sessions.evict(eviction, now);
      },
      std::move(done));
}

void ThreadGateway::exists(SessionName name, Done<bool> done) {
  auto& loop = loop_of(name.room);
  ask_media(
      loop, [name = std::move(name)](Sessions& sessions, Instant) { return sessions.exists(name); },
      std::move(done));
}

void ThreadGateway::choose_layer(SessionName name, LayerWish wish, Done<bool> done) {
  auto& loop = loop_of(name.room);
  ask_media(
      loop,
      [name = std::move(name), wish](Sessions& sessions, Instant now) {
        return sessions.choose_layer(name, wish, now);
      },
      std::move(done));
}

void ThreadGateway::view(SessionName name, Done<std::optional<SessionView>> done) {
  auto& loop = loop_of(name.room);
  ask_media(
      loop, [name = std::move(name)](Sessions& sessions, Instant now) { return sessions.view(name, now); },
      std::move(done));
}

void ThreadGateway::status(Done<protocol::RelayStatus> done) {
  ask_all<protocol::RelayStatus>(
      threads_, [](Sessions& sessions, Instant now) { return sessions.status(now); }, std::move(done));
}

void ThreadGateway::totals(Done<SessionTotals> done) {
  ask_all<SessionTotals>(
      threads_, [](Sessions& sessions, Instant now) { return sessions.totals(now); },
      [this, done = std::move(done)](SessionTotals totals) {
        totals.kept_back = threads_.kept_back();
        done(totals);
      });
}

}  // namespace classcast::relay
