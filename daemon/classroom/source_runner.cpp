// SPDX-License-Identifier: MIT
#include "classroom/source_runner.hpp"

#include "glib/log.hpp"
#include "glib/source.hpp"

#include <utility>

namespace classcast::classroom {

namespace log = glib::log;

namespace {

Pace pace_of(pipelines::FaultKind kind) {
  if (kind == pipelines::FaultKind::reordered) return Pace::at_once;
  return kind == pipelines::FaultKind::refused ? Pace::slow : Pace::quick;
}

bool is_flowing(const SourceStatus& status) {
  return status.state == SourceState::live || status.state == SourceState::degraded;
}

}  // namespace

SourceRunner::SourceRunner(SourceTraits traits, pipelines::Track& track, Parts parts)
    : traits_(std::move(traits)),
      track_(track),
      parts_(std::move(parts)),
      graph_(std::make_shared<std::unique_ptr<pipelines::Source>>()),
      worker_(traits_.name) {}

void SourceRunner::tick(Instant at) {
  auto frames = track_.stats().frames;
  const bool advanced = std::exchange(frames_seen_, frames) != frames;
  feed(SourceTick{advanced, worker_.busy_for(at), advanced ? parts_.complaint(at) : std::string()});
}

void SourceRunner::feed(const SourceEvent& event) {
  auto before = status_;
  auto taken = step(traits_, status_, event, now(), random_chance());
  status_ = std::move(taken.status);
  for (auto action : taken.actions) carry_out(action);
  if (before.state == status_.state && before.cause == status_.cause) return;
  tell(before);
  parts_.changed();
}

void SourceRunner::carry_out(SourceAction action) {
  if (action == SourceAction::start) {
    start_graph();
  } else {
    stop_graph();
  }
}

void SourceRunner::start_graph() {
  fault_taken_ = false;
  auto fault = scope_.guard(
      [this, generation = ++generation_](const pipelines::Fault& f) { on_fault(generation, f); });
  auto report = [fault](pipelines::Fault f) {
    glib::post([fault, f = std::move(f)]() mutable { fault(f); });
  };
  worker_.run([make = parts_.recipe(), graph = graph_, report] {
    auto made = make(report);
    if (!made) return report({pipelines::FaultKind::internal, made.error().message});
    *graph = std::move(*made);
    // When the graph does not start, its own message on the bus says why; this is for one that says nothing.
    if (auto started = (*graph)->start(); !started)
      report({pipelines::FaultKind::internal, started.error().message});
  });
}

void SourceRunner::stop_graph() {
  ++generation_;
  worker_.run([graph = graph_] { graph->reset(); });
}

void SourceRunner::on_fault(unsigned generation, const pipelines::Fault& fault) {
  if (generation != generation_ || std::exchange(fault_taken_, true)) return;
  parts_.explain(fault, scope_.guard([this, generation](const pipelines::Fault& explained) {
    if (generation != generation_) return;
    feed(SourceFailed{explained.text, pace_of(explained.kind)});
  }));
}

void SourceRunner::tell(const SourceStatus& before) {
  auto at = now();
  if (is_flowing(before) && !is_flowing(status_)) filter_.fails_after(at - before.since);
  if (status_.state == SourceState::live) {
    auto line = filter_.admit(before.cause.empty() ? "live" : "live again", at);
    if (line) log::info(traits_.name, "{}", *line);
  } else if (status_.state == SourceState::degraded) {
    auto line = filter_.admit(status_.cause, at);
    if (line) log::warning(traits_.name, "{}", *line);
  } else if (!status_.cause.empty() && status_.cause != before.cause) {
    auto line = filter_.admit(status_.cause, at);
    if (line) log::warning(traits_.name, "{}; trying again by itself", *line);
  }
}

}  // namespace classcast::classroom
