// SPDX-License-Identifier: MIT
#include "ctl/findings.hpp"

#include "protocol/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace classcast::ctl {

namespace {

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::good:
      return "good";
    case Verdict::warning:
      return "warning";
    case Verdict::fault:
      break;
  }
  return "fault";
}

}  // namespace

void Findings::good(std::string subject, std::string text) {
  all_.push_back({std::move(subject), Verdict::good, std::move(text), {}});
}

void Findings::warning(std::string subject, std::string text, std::string fix) {
  all_.push_back({std::move(subject), Verdict::warning, std::move(text), std::move(fix)});
}

void Findings::fault(std::string subject, std::string text, std::string fix) {
  all_.push_back({std::move(subject), Verdict::fault, std::move(text), std::move(fix)});
}

bool Findings::any_fault() const {
  return std::any_of(all_.begin(), all_.end(),
                     [](auto& finding) { return finding.verdict == Verdict::fault; });
}

std::string Findings::text() const {
  std::string out;
  for (const auto& finding : all_) {
    out += fmt::format("{:<8} {:<14} {}\n", word(finding.verdict), finding.subject, finding.text);
    if (!finding.fix.empty()) out += fmt::format("{:<23}  do: {}\n", "", finding.fix);
  }
  return out;
}

std::string Findings::json() const {
  auto add = [](protocol::JsonWriter& json, const Finding& finding) {
    json.text("subject", finding.subject).text("verdict", word(finding.verdict)).text("text", finding.text);
    if (!finding.fix.empty()) json.text("fix", finding.fix);
  };
  return protocol::JsonWriter()
      .text("type", "doctor")
      .boolean("ok", !any_fault())
      .objects("findings", all_, add)
      .finish();
}

}  // namespace classcast::ctl
