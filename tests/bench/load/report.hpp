// SPDX-License-Identifier: MIT
// Report: figures with their unit and, where there is one, the bar they are held against.
#pragma once

#include "base/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace classcast::load {

struct Figure {
  std::string id;     ///< with its unit at the end, e.g. relay_added_latency_p99_ms
  std::string title;  ///< for people
  double value = 0;
  int decimals = 0;
  /// What the value must reach, or (with at_most) not exceed.
  std::optional<double> bar{};
  bool at_most = false;

  [[nodiscard]] bool met() const { return !bar || (at_most ? value <= *bar : value >= *bar); }
};

class Report {
 public:
  void add(Figure figure) { figures_.push_back(std::move(figure)); }
  [[nodiscard]] std::string table() const;
  /// One flat object.
  [[nodiscard]] std::string json() const;

 private:
  std::vector<Figure> figures_;
};

enum class Format { table, json };

/// Prints what was measured, and what went wrong; the exit code of the benchmark.
int finish(const Report& report, const Result<void>& done, Format format);

/// "AMD EPYC …, 2 cores; Linux 6.1.0".
std::string machine();

}  // namespace classcast::load
