// SPDX-License-Identifier: MIT
#include "bench/load/report.hpp"

#include "base/strings.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <thread>

namespace classcast::load {

namespace {

std::string bar_text(const Figure& figure) {
  if (!figure.bar) return {};
  return fmt::format("{} {:.{}f}{}", figure.at_most ? "≤" : "≥", *figure.bar, figure.decimals,
                     figure.met() ? "" : "  MISSED");
}

}  // namespace

std::string Report::table() const {
  std::size_t width = 0;
  for (const auto& figure : figures_) width = std::max(width, figure.title.size());
  std::string text;
  for (const auto& figure : figures_) {
    fmt::format_to(std::back_inserter(text), "{:<{}}  {:>12.{}f}  {}\n", figure.title, width, figure.value,
                   figure.decimals, bar_text(figure));
  }
  return text;
}

std::string Report::json() const {
  std::string text = fmt::format("{{\n  \"machine\": \"{}\"", machine());
  for (const auto& figure : figures_) {
    fmt::format_to(std::back_inserter(text), ",\n  \"{}\": {:.{}f}", figure.id, figure.value,
                   figure.decimals);
  }
  return text + "\n}\n";
}

int finish(const Report& report, const Result<void>& done, Format format) {
  auto text = format == Format::json ? report.json() : machine() + "\n" + report.table();
  std::fputs(text.c_str(), stdout);
  if (done) return 0;
  std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return 1;
}

std::string machine() {
  utsname names{};
  uname(&names);
  std::string model = "unknown CPU";
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.compare(0, 10, "model name") != 0) continue;
    model = trim(std::string_view(line).substr(line.find(':') + 1));
    break;
  }
  return fmt::format("{}, {} cores; Linux {}", model, std::thread::hardware_concurrency(), names.release);
}

}  // namespace classcast::load
