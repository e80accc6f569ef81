// SPDX-License-Identifier: MIT
// What doctor has found out, for people and as JSON.
#pragma once

#include <string>
#include <vector>

namespace classcast::ctl {

enum class Verdict { good, warning, fault };

struct Finding {
  std::string subject;  ///< "camera", "server", …
  Verdict verdict = Verdict::good;
  std::string text;
  std::string fix;  ///< a command or a step that mends it; empty when all is well
};

class Findings {
 public:
  void good(std::string subject, std::string text);
  void warning(std::string subject, std::string text, std::string fix);
  void fault(std::string subject, std::string text, std::string fix);

  [[nodiscard]] const std::vector<Finding>& all() const { return all_; }
  [[nodiscard]] bool any_fault() const;
  [[nodiscard]] std::string text() const;
  /// {"type":"doctor","ok":…,"findings":[{"subject","verdict":"good|warning|fault","text","fix"?}]}
  [[nodiscard]] std::string json() const;

 private:
  std::vector<Finding> all_;
};

}  // namespace classcast::ctl
