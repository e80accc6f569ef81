// SPDX-License-Identifier: MIT
// SourceRunner: carries out the source state machine with a real graph on a worker thread.
#pragma once

#include "classroom/repeat_filter.hpp"
#include "classroom/source_machine.hpp"
#include "classroom/worker.hpp"
#include "glib/scope.hpp"
#include "pipelines/source.hpp"
#include "pipelines/track.hpp"

#include <functional>
#include <memory>

namespace classcast::classroom {

class SourceRunner {
 public:
  /// Builds a graph; called on the worker thread.
  using Recipe = std::function<Result<std::unique_ptr<pipelines::Source>>(pipelines::FaultHandler)>;
  using Answer = std::function<void(pipelines::Fault)>;
  /// Finds better words for a fault; called on the main thread, answers there, perhaps later.
  using Explain = std::function<void(pipelines::Fault, Answer)>;

  struct Parts {
    std::function<Recipe()> recipe;  ///< for the graph as it is wanted now; called on the main thread
    Explain explain;
    std::function<std::string(Instant)>
        complaint;                  ///< what is wrong with frames that do arrive; may be empty
    std::function<void()> changed;  ///< the state or its cause is another now
  };

  SourceRunner(SourceTraits traits, pipelines::Track& track, Parts parts);

  void start() { feed(SourceStart{}); }
  void restart() { feed(SourceRestart{}); }
  void stop() { feed(SourceStop{}); }
  void tick(Instant at);

  [[nodiscard]] const SourceStatus& status() const { return status_; }
  [[nodiscard]] Worker& worker() { return worker_; }

 private:
  void feed(const SourceEvent& event);
  void carry_out(SourceAction action);
  void start_graph();
  void stop_graph();
  void on_fault(unsigned generation, const pipelines::Fault& fault);
  void tell(const SourceStatus& before);

  const SourceTraits traits_;
  pipelines::Track& track_;
  const Parts parts_;
  SourceStatus status_;
  RepeatFilter filter_;
  std::uint64_t frames_seen_ = 0;
  unsigned generation_ = 0;  // of the graph; callbacks of older ones are ignored
  bool fault_taken_ = false;
  // Touched by the worker's jobs only.
  std::shared_ptr<std::unique_ptr<pipelines::Source>> graph_;
  Worker worker_;
  glib::Scope scope_;
};

}  // namespace classcast::classroom
