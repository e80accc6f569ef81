// SPDX-License-Identifier: MIT
// network-cable: two network namespaces of its own with a cable between them, in user space: a kernel without
// sch_netem has no other way to be slow, far away or lossy.
//
// usage: network-cable SETTINGS. The file holds "delay 40 loss 3 rate 900 queue 300" for both directions (or
// "there … back …"; "udp 0" carries no UDP, "refuse 8444" nothing to that TCP port), and is read again at
// SIGHUP. Prints "ready PID PID": processes whose namespaces are the ends, 10.77.0.1 and 10.77.0.2. Ends at
// SIGTERM, and the namespaces with it.
#include "cable/link.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

namespace {

using namespace classcast;
using cable::Link;
using cable::LinkSettings;

volatile std::sig_atomic_t g_ended = 0;
volatile std::sig_atomic_t g_changed = 1;

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

/// Gives the interface an address of 10.77.0.0/24 (none: loopback has its own) and switches it on.
void bring_up(const char* name, const char* address) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  auto set = [&](unsigned long what, const char* text) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    inet_pton(AF_INET, text, &in.sin_addr);
    std::memcpy(&request.ifr_addr, &in, sizeof in);
    if (ioctl(fd, what, &request) < 0) give_up(text);
  };
  if (address != nullptr) {
    set(SIOCSIFADDR, address);
    set(SIOCSIFNETMASK, "255.255.255.0");
  }
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl(fd, SIOCSIFFLAGS, &request) < 0) give_up(name);
  close(fd);
}

/// IPv6 gives an interface an address a second or two after it is up: a change of network, at which Chromium
/// drops its requests (ERR_NETWORK_CHANGED).
void without_ipv6() {
  std::ofstream file("/proc/sys/net/ipv6/conf/default/disable_ipv6");
  if (file.is_open() && !(file << 1).flush()) give_up("disable_ipv6");
}

int open_tap() {
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) give_up("/dev/net/tun");
  ifreq request{};
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  std::strncpy(request.ifr_name, "cable", IFNAMSIZ - 1);
  if (ioctl(fd, TUNSETIFF, &request) < 0) give_up("a TAP device");
  return fd;
}

struct End {
  int fd = -1;
  pid_t holder = -1;
};

/// Makes a namespace, its interface, and a process that keeps it.
End make_end(const char* address) {
  if (unshare(CLONE_NEWNET) < 0) give_up("a network namespace");
  without_ipv6();
  End end{open_tap(), -1};
  bring_up("lo", nullptr);
  bring_up("cable", address);
  end.holder = fork();
  if (end.holder < 0) give_up("fork");
  if (end.holder == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(end.fd);
    for (;;) pause();
  }
  return end;
}

std::array<LinkSettings, 2> read_settings(const char* path) {
  std::array<LinkSettings, 2> both;
  std::ifstream file(path);
  std::size_t first = 0;
  std::size_t last = 1;
  for (std::string word; file >> word;) {
    if (word == "there" || word == "back") {
      first = last = word == "there" ? 0 : 1;
      continue;
    }
    double value = 0;
    file >> value;
    for (auto i = first; i <= last; ++i) {
      if (word == "delay") both[i].delay_ms = value;
      if (word == "loss") both[i].loss_percent = value;
      if (word == "rate") both[i].rate_kbit = value;
      if (word == "queue") both[i].queue_ms = value;
      if (word == "udp") both[i].carries_udp = value != 0;
      if (word == "refuse") both[i].refused_tcp_port = static_cast<std::uint16_t>(value);
    }
  }
  return both;
}

void read_all(int fd, Link& link) {
  constexpr std::size_t kFrame = 65536;
  static std::array<std::uint8_t, kFrame> buffer;
  for (;;) {
    auto size = read(fd, buffer.data(), buffer.size());
    if (size <= 0) return;
    link.take(Bytes(buffer).first(static_cast<std::size_t>(size)), now());
  }
}

timespec until(const std::array<Link, 2>& links) {
  Duration wait = 1s;
  for (const auto& link : links) {
    if (auto at = link.next()) wait = std::clamp(*at - now(), Duration(0), wait);
  }
  return {static_cast<time_t>(wait / 1s), static_cast<long>((wait % 1s).count())};
}

void carry(const std::array<End, 2>& ends, const char* settings, const sigset_t& signals) {
  std::array<Link, 2> links = {Link(1), Link(2)};
  while (g_ended == 0) {
    if (g_changed != 0) {
      g_changed = 0;
      auto both = read_settings(settings);
      for (std::size_t i = 0; i < 2; ++i) links[i].set(both[i]);
    }
    std::array<pollfd, 2> polled = {pollfd{ends[0].fd, POLLIN, 0}, pollfd{ends[1].fd, POLLIN, 0}};
    auto wait = until(links);
    if (ppoll(polled.data(), polled.size(), &wait, &signals) < 0) continue;
    for (std::size_t i = 0; i < 2; ++i) {
      read_all(ends[i].fd, links[i]);
      links[i].deliver(now(), [&](Bytes frame) {
        [[maybe_unused]] auto written = write(ends[1 - i].fd, frame.data(), frame.size());
      });
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: network-cable SETTINGS\n", stderr);
    return 64;
  }
  std::array<End, 2> ends = {make_end("10.77.0.1"), make_end("10.77.0.2")};
  // Signals come only while nothing else is done.
  sigset_t blocked;
  sigset_t open;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigaddset(&blocked, SIGHUP);
  sigprocmask(SIG_BLOCK, &blocked, &open);
  std::signal(SIGTERM, [](int) { g_ended = 1; });
  std::signal(SIGHUP, [](int) { g_changed = 1; });
  std::printf("ready %d %d\n", ends[0].holder, ends[1].holder);
  std::fflush(stdout);
  carry(ends, argv[1], open);
  for (const auto& end : ends) {
    kill(end.holder, SIGKILL);
    waitpid(end.holder, nullptr, 0);
  }
  return 0;
}
