// SPDX-License-Identifier: MIT
#include "classroom/uplink.hpp"

#include "base/strings.hpp"
#include "device/ice_servers.hpp"
#include "glib/log.hpp"
#include "glib/source.hpp"

#include <fmt/format.h>

#include <utility>

namespace classcast::classroom {

namespace log = glib::log;

namespace {

// Loss that NACK and redundancy no longer hide.
constexpr double kTooMuchLoss = 5;
constexpr double kLittleLoss = 2;
constexpr Duration kLossAfter = 6s;

std::string resolve(const std::string& base, const std::string& reference) {
  const glib::UniqueText whole(
      g_uri_resolve_relative((base + "/").c_str(), reference.c_str(), G_URI_FLAGS_NONE, nullptr));
  return whole != nullptr ? whole.get() : std::string();
}

std::string refusal(const HttpAnswer& answer) {
  if (answer.status == 0) return fmt::format("cannot reach the server: {}", answer.error);
  if (answer.status == 401 || answer.status == 403) {
    return fmt::format("the server refuses this device's right to publish ({})", answer.status);
  }
  if (answer.status == 502 || answer.status == 503) {
    return fmt::format("the server's media relay is not running or not ready ({})", answer.status);
  }
  return fmt::format("the server refused the media session ({})", answer.status);
}

}  // namespace

Uplink::Uplink(Parts parts)
    : parts_(std::move(parts)),
      loss_({-kTooMuchLoss, -kLittleLoss, kLossAfter, kLossAfter}),
      worker_(parts_.name) {}

void Uplink::apply(const UplinkTarget& target) {
  const bool same = target.session.get() == target_.session.get() && target.server == target_.server &&
                    target.publisher == target_.publisher;
  if (same && status_.phase != UplinkPhase::off) return;
  if (status_.phase != UplinkPhase::off) end_session();
  target_ = target;
  feed(UplinkRestart{});
}

void Uplink::grant(const protocol::PublishGrant& grant) {
  grant_ = grant;
  feed(UplinkGranted{});
}

void Uplink::tick(Instant at) {
  const auto reports = publisher_ ? publisher_->reports() : 0;
  const bool heard = reports > std::exchange(reports_, reports);
  feed(UplinkTick{!worker_.busy_for(at).has_value(), heard, heard ? complaint(at) : status_.cause});
}

std::string Uplink::complaint(Instant at) {
  const auto loss = publisher_->stats().link.loss_percent;
  if (!loss || !loss_.update(-*loss, at)) return {};
  return fmt::format("{:.0f} % of the packets to the server are lost; is this computer on a weak Wi-Fi?",
                     *loss);
}

void Uplink::stop(std::function<void()> done) {
  stopped_ = std::move(done);
  const bool ask = !session_url_.empty();
  feed(UplinkStop{});
  if (!ask && stopped_) std::exchange(stopped_, nullptr)();
}

pipelines::PublisherStats Uplink::stats() const {
  auto stats = former_;
  if (publisher_) {
    const auto current = publisher_->stats();
    stats.packets += current.packets;
    stats.bytes += current.bytes;
    stats.link = current.link;
  }
  return stats;
}

void Uplink::feed(const UplinkEvent& event) {
  auto before = status_;
  auto taken = step(status_, event, now(), random_chance());
  status_ = std::move(taken.status);
  for (auto action : taken.actions) carry_out(action);
  if (reported(before) == reported(status_) && before.cause == status_.cause) return;
  tell(before);
  parts_.changed();
}

void Uplink::carry_out(UplinkAction action) {
  switch (action) {
    case UplinkAction::start:
      return start_publisher();
    case UplinkAction::post:
      return post_offer();
    case UplinkAction::attach:
      return attach();
    case UplinkAction::check:
      return check();
    case UplinkAction::finish:
      return finish();
  }
}

/// Each event comes from one of GStreamer's threads and is handed to the main thread, where it counts only
/// while its publisher is the current one.
pipelines::PublisherEvents Uplink::publisher_events() {
  auto on_main = [this](auto handle) {
    auto guarded = scope_.guard([this, generation = generation_, handle](auto value) {
      if (generation == generation_) handle(value);
    });
    return [guarded](auto value) {
      glib::post([guarded, value = std::move(value)]() mutable { guarded(std::move(value)); });
    };
  };
  pipelines::PublisherEvents events;
  events.offer = on_main([this](const std::string& sdp) {
    offer_ = sdp;
    feed(OfferReady{});
  });
  events.link = on_main([this](pipelines::LinkState state) {
    if (state == pipelines::LinkState::connected) feed(LinkUp{});
    if (state == pipelines::LinkState::disconnected) feed(LinkBroken{});
    if (state == pipelines::LinkState::failed) feed(LinkFailed{"the media path to the server is gone"});
  });
  events.fault = on_main([this](const std::string& text) { feed(LinkFailed{text}); });
  events.keyframe_request = [track = &parts_.video] { track->request_keyframe(); };
  // The valve moves at once, on GStreamer's thread; the main thread is told.
  auto tell = on_main([this](bool paused) { feed(PauseAsked{paused}); });
  events.pause = [wanted = wanted_, video = &parts_.video, audio = parts_.audio, tell](bool paused) {
    if (!*wanted) return;
    for (auto* track : {video, audio}) {
      if (track != nullptr) paused ? track->pause() : track->resume();
    }
    tell(paused);
  };
  return events;
}

void Uplink::start_publisher() {
  ++generation_;
  wanted_ = std::make_shared<std::atomic<bool>>(true);
  auto done = scope_.guard([this, generation = generation_](Result<PublisherHandle>& made) {
    // Nobody waits for it any more: like every publisher it ends on the worker.
    if (generation != generation_)
      return worker_.run([late = std::move(made)]() mutable { late = PublisherHandle(); });
    if (!made) return feed(LinkFailed{made.error().message});
    publisher_ = std::move(*made);
  });
  worker_.run([settings = target_.publisher, events = publisher_events(), done]() mutable {
    auto made = pipelines::Publisher::create(settings, std::move(events));
    Result<PublisherHandle> result = PublisherHandle();
    if (made) {
      result = PublisherHandle(std::move(*made));
      if (auto started = (*result)->start(); !started) result = fail(started);
    } else {
      result = fail(made);
    }
    glib::post([done, result = std::move(result)]() mutable { done(result); });
  });
}

void Uplink::post_offer() {
  auto answer = scope_.guard([this, generation = generation_](const HttpAnswer& received) {
    if (generation == generation_) return on_answer(received);
    // Too late: the session that came about after all is not ours any more.
    if (received.status == 201)
      device::send(target_.session.get(), {"DELETE", received.location, {}, {}, {}}, [](auto&&) {});
  });
  auto path = parts_.layer.empty() ? grant_.url : fmt::format("{}/{}", grant_.url, parts_.layer);
  device::send(target_.session.get(),
               {"POST", resolve(target_.server.url, path), grant_.token, "application/sdp", offer_}, answer);
}

void Uplink::on_answer(const HttpAnswer& answer) {
  if (answer.date) parts_.server_time(*answer.date);
  if (answer.status != 201) return feed(OfferRefused{refusal(answer), answer.retry_after});
  session_url_ = answer.location;
  if (!publisher_) return feed(OfferRefused{"the uplink's graph did not start", std::nullopt});
  if (auto accepted = publisher_->accept(answer.body, device::ice_servers(answer.link)); !accepted) {
    return feed(OfferRefused{accepted.error().message, std::nullopt});
  }
  feed(OfferAccepted{});
}

void Uplink::attach() {
  if (!publisher_) return;
  if (auto input = publisher_->video_input()) parts_.video.attach(input, publisher_->base_time());
  if (auto input = publisher_->audio_input(); input && parts_.audio != nullptr)
    parts_.audio->attach(input, publisher_->base_time());
}

/// Only a clear "gone" ends it: while the server restarts, media flow on. The session's URL is its own key; a
/// token may have expired by now (docs/ref/protocol.md §2).
void Uplink::check() {
  if (session_url_.empty() || std::exchange(checking_, true)) return;
  device::send(target_.session.get(), {"GET", session_url_, {}, {}, {}},
               scope_.guard([this, generation = generation_](const HttpAnswer& answer) {
                 checking_ = false;
                 if (answer.date) parts_.server_time(*answer.date);
                 if (generation != generation_) return;
                 if (answer.status == 404) feed(SessionGone{});
                 if (answer.status == 0 || answer.status >= 500) feed(SessionUnreachable{refusal(answer)});
               }));
}

void Uplink::finish() {
  *wanted_ = false;
  parts_.video.detach();
  if (parts_.audio != nullptr) parts_.audio->detach();
  former_ = stats();
  former_.link = {};
  reports_ = 0;
  ++generation_;
  end_session();
  // Destroying it joins threads; its last reference goes away on the worker.
  worker_.run([publisher = std::exchange(publisher_, nullptr)]() mutable { publisher.reset(); });
}

void Uplink::end_session() {
  if (session_url_.empty()) return;
  device::send(target_.session.get(), {"DELETE", std::exchange(session_url_, {}), {}, {}, {}},
               scope_.guard([this](auto&&) {
                 if (stopped_) std::exchange(stopped_, nullptr)();
               }));
}

void Uplink::tell(const UplinkStatus& before) {
  const auto state = reported(status_);
  if (before.phase == UplinkPhase::live && status_.phase != UplinkPhase::live)
    filter_.fails_after(now() - before.since);
  auto say = [this](glib::log::Level level, const std::string& text) {
    if (auto line = filter_.admit(text, now())) log::write(level, parts_.name, *line);
  };
  if (state == protocol::SourceState::paused) {
    say(log::Level::info, "paused: nobody watches");
  } else if (state == protocol::SourceState::live) {
    say(log::Level::info, before.cause.empty() ? "live" : "live again");
  } else if (state == protocol::SourceState::degraded) {
    say(log::Level::warning, status_.cause);
  } else if (!status_.cause.empty() && status_.cause != before.cause) {
    say(log::Level::warning, status_.cause + "; trying again by itself");
  }
}

}  // namespace classcast::classroom
