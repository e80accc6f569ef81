// SPDX-License-Identifier: MIT
// Finisher: runs the processes that finish recordings, a few at a time.
#pragma once

#include "glib/source.hpp"
#include "recorder/child.hpp"
#include "recorder/finish.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace classcast::recorder {

class Finisher {
 public:
  static constexpr std::size_t kAtOnce = 2;
  /// A process that makes no progress for so long hangs.
  static constexpr Duration kHang = 5min;

  using Done = std::function<void(Result<Finished>)>;
  using Told = std::function<void(int percent)>;

  [[nodiscard]] bool free() const { return running_.size() < kAtOnce; }
  [[nodiscard]] bool runs(const std::string& id) const { return running_.contains(id); }
  /// Only when free(). `done` is called once, unless this object dies first.
  void start(const std::string& id, const FinishJob& job, Told told, Done done);

 private:
  struct Running {
    std::unique_ptr<Child> child;
    Told told;
    Done done;
    Result<Finished> result = fail(Errc::internal, "the process ended without a result");
    glib::Timer hang;
  };
  void heard(const std::string& id, std::string_view line);
  void ended(const std::string& id);
  void watch(const std::string& id, Running& running);

  std::map<std::string, Running> running_;
};

}  // namespace classcast::recorder
