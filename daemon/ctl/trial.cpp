// SPDX-License-Identifier: MIT
#include "ctl/trial.hpp"

#include <thread>
#include <utility>

namespace classcast::ctl {

namespace {
constexpr Duration kLook = 20ms;
}

void Trial::note(pipelines::Fault fault) {
  const std::lock_guard lock(mutex_);
  if (!fault_) fault_ = std::move(fault);
}

std::optional<pipelines::Fault> Trial::fault() const {
  const std::lock_guard lock(mutex_);
  return fault_;
}

void Trial::run(const Make& make, const std::function<bool(const pipelines::TrackStats&)>& enough,
                Duration limit) {
  auto source = make(track_, [this](pipelines::Fault fault) { note(std::move(fault)); });
  auto started = source ? (*source)->start() : fail(source);
  // A source that does not start tells why by a fault; its own words come first.
  if (!started) return note({pipelines::FaultKind::internal, started.error().message});
  for (const auto end = now() + limit; now() < end && !fault() && !enough(stats());)
    std::this_thread::sleep_for(kLook);
}

}  // namespace classcast::ctl
