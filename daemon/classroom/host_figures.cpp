// SPDX-License-Identifier: MIT
#include "classroom/host_figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <numeric>

namespace classcast::classroom {

namespace fs = std::filesystem;

protocol::HostReport HostFigures::read() {
  return {cpu_percent(), memory_mb(), temperature_c(), disk_free_mb(), std::nullopt};
}

/// proc_stat(5): jiffies spent as user, nice, system, idle, iowait, irq, softirq, steal.
std::optional<double> HostFigures::cpu_percent() {
  std::ifstream in(root_ / "proc/stat");
  std::string name;
  std::array<std::uint64_t, 8> spent{};
  in >> name;
  for (auto& each : spent) in >> each;
  if (!in || name != "cpu") return std::nullopt;
  const auto total = std::accumulate(spent.begin(), spent.end(), std::uint64_t{0});
  const auto busy = total - spent[3] - spent[4];
  const auto passed = total - std::exchange(total_, total);
  const auto worked = busy - std::exchange(busy_, busy);
  if (passed == 0 || passed == total) return std::nullopt;  // the first call has nothing to compare with
  return std::round(1000.0 * static_cast<double>(worked) / static_cast<double>(passed)) / 10;
}

std::optional<std::int64_t> HostFigures::memory_mb() const {
  std::ifstream in(root_ / "proc/meminfo");
  for (std::string name; in >> name;) {
    std::int64_t kilobytes = 0;
    if (name == "MemAvailable:" && in >> kilobytes) return kilobytes / 1024;
  }
  return std::nullopt;
}

/// The kernel's sysfs thermal zones: thousandths of a degree.
std::optional<std::int64_t> HostFigures::temperature_c() const {
  std::optional<std::int64_t> hottest;
  std::error_code error;
  for (const auto& zone : fs::directory_iterator(root_ / "sys/class/thermal", error)) {
    std::int64_t thousandths = 0;
    std::ifstream in(zone.path() / "temp");
    if (in >> thousandths) hottest = std::max(hottest.value_or(thousandths), thousandths);
  }
  if (!hottest) return std::nullopt;
  return *hottest / 1000;
}

std::optional<std::int64_t> HostFigures::disk_free_mb() const {
  std::error_code error;
  auto space = fs::space(state_, error);
  if (error) return std::nullopt;
  return static_cast<std::int64_t>(space.available >> 20);
}

}  // namespace classcast::classroom
