// SPDX-License-Identifier: MIT
#include "bench/load/process.hpp"

#include "base/strings.hpp"

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

namespace classcast::load {

namespace {

/// While it lives, what is started gets the last core; afterwards the generator keeps to the others. So
/// neither takes time from the other in the middle of a frame.
class OwnCore {
 public:
  OwnCore() : last_(static_cast<std::size_t>(sysconf(_SC_NPROCESSORS_ONLN)) - 1) {
    if (last_ > 0) keep_to(last_, last_);
  }
  ~OwnCore() {
    if (last_ > 0) keep_to(0, last_ - 1);
  }
  OwnCore(const OwnCore&) = delete;
  OwnCore& operator=(const OwnCore&) = delete;

 private:
  static void keep_to(std::size_t first, std::size_t last) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (auto i = first; i <= last; ++i) CPU_SET(i, &set);
    sched_setaffinity(0, sizeof set, &set);
  }
  std::size_t last_;
};

}  // namespace

Result<Process> Process::start(const std::vector<std::string>& command, const std::string& log, Cores cores) {
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t pid = -1;
  std::optional<OwnCore> core;
  if (cores == Cores::own) core.emplace();
  auto error = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return fail(Errc::unavailable, "cannot start {}: {}", command[0], std::strerror(error));
  return Process(pid);
}

Process::Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  return *this;
}

Process::~Process() {
  if (pid_ < 0) return;
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

bool Process::running() const {
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  return info.si_pid == 0;
}

Duration Process::cpu_time() const {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) return {};
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::size_t Process::resident_kib() const {
  std::ifstream status(fmt::format("/proc/{}/status", pid_));
  constexpr std::string_view kName = "VmRSS:";
  for (std::string line; std::getline(status, line);) {
    if (line.compare(0, kName.size(), kName) != 0) continue;
    auto number = trim(std::string_view(line).substr(kName.size()));
    return static_cast<std::size_t>(parse_int(number.substr(0, number.find(' '))).value_or(0));
  }
  return 0;
}

std::size_t Process::descriptors() const {
  std::size_t count = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator it(fmt::format("/proc/{}/fd", pid_), error), end; it != end; ++it)
    ++count;
  return count;
}

}  // namespace classcast::load
