// SPDX-License-Identifier: MIT
#include "bench/load/veth.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

namespace classcast::load {

namespace {

Result<void> shell(const std::string& command) {
  auto status = std::system(command.c_str());
  if (status != 0) return fail(Errc::unavailable, "this failed: {}", command);
  return {};
}

/// The keeper needs a moment to get into its namespace.
relay::Descriptor namespace_of(pid_t pid) {
  auto own = fmt::format("/proc/{}/ns/net", getpid());
  auto path = fmt::format("/proc/{}/ns/net", pid);
  for (int tries = 0; tries < 200; ++tries) {
    std::error_code error;
    auto inode = std::filesystem::read_symlink(path, error);
    if (!error && inode != std::filesystem::read_symlink(own, error)) break;
    std::this_thread::sleep_for(10ms);
  }
  return relay::Descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

}  // namespace

Result<Veth> Veth::create() {
  if (unshare(CLONE_NEWNET) != 0) {
    return fail(Errc::denied, "no network namespace of our own: {}; run this as root", std::strerror(errno));
  }
  auto keeper = Process::start({"unshare", "--net", "sleep", "infinity"}, "/dev/null", Cores::any);
  if (!keeper) return fail(keeper);
  auto far = namespace_of(keeper->pid());
  auto made =
      shell(fmt::format("ip link set lo up && ip link add near type veth peer name far netns {0} && "
                        "ip addr add {1}/24 dev near && ip link set near up && "
                        "nsenter --net=/proc/{0}/ns/net sh -c 'ip addr add {2}/24 dev far && ip link set far "
                        "up && ip link set lo up'",
                        keeper->pid(), kNear, kFar));
  if (!made) return fail(made);
  return Veth(std::move(*keeper), std::move(far));
}

}  // namespace classcast::load
