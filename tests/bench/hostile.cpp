// SPDX-License-Identifier: MIT
// What strangers cost who send noise and mutated packets to the media port at the rate of a full gigabit
// link: forwarding, memory, descriptors, sessions and the relay's life are looked at without them and under
// fire.
//   scripts/bench hostile [--quick] [--json]
#include "bench/load/relay_process.hpp"
#include "bench/load/report.hpp"
#include "bench/load/stage.hpp"
#include "bench/load/statistics.hpp"
#include "bench/load/strangers.hpp"
#include "bench/load/trial.hpp"
#include "relay/socket_address.hpp"

#include <sys/socket.h>

#include <cstdio>
#include <string_view>

namespace {

using namespace classcast;
using namespace classcast::load;

constexpr std::size_t kRooms = 8;
constexpr std::size_t kViewers = 160;
/// A third of a core, so that the generator, which sends the strangers' datagrams too, keeps up.
constexpr double kPacketsPerSecond = 60'000;
constexpr double kLine_bps = 1e9;

struct Plan {
  bool json = false;
  Duration run = 20s;
};

std::optional<Plan> parse(int argc, char** argv) {
  Plan plan;
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    if (word == "--quick") {
      plan.run = 4s;
    } else if (word == "--json") {
      plan.json = true;
    } else {
      return std::nullopt;
    }
  }
  return plan;
}

/// Where the relay takes media.
Result<rtc::Address> media_port(const RelayProcess& relay) {
  auto client = Client::open(relay.http(), Direction::watch, Stage::room(0), {});
  if (!client) return fail(client);
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  getpeername((*client)->fd(), reinterpret_cast<sockaddr*>(&storage), &size);
  [[maybe_unused]] auto gone = (*client)->hang_up(relay.http());
  auto address = relay::from_sockaddr(reinterpret_cast<sockaddr&>(storage));
  return address ? Result<rtc::Address>(*address) : fail(Errc::internal, "no media port");
}

/// The number behind a member of the relay's status.
std::string member(const Http& http, std::string_view name) {
  auto status = http.request("GET", "/status");
  auto at = status ? status->body.find(name) : std::string::npos;
  if (at == std::string::npos) return "";
  auto from = status->body.find_first_of("0123456789", at);
  return status->body.substr(from, status->body.find_first_not_of("0123456789", from) - from);
}

struct Seen {
  LatencyResult result;
  double kib = 0;
  double descriptors = 0;
  std::string sessions;
};

Seen look(const Trial& trial, const RelayProcess& relay, Duration run) {
  Seen seen{measure_latency(trial, run), static_cast<double>(relay.process().resident_kib()),
            static_cast<double>(relay.process().descriptors()), member(relay.http(), "\"sessions\"")};
  return seen;
}

void compare(Report& report, const Seen& calm, const Seen& fire, double strangers_per_second) {
  const auto& before = calm.result.load;
  const auto& under = fire.result.load;
  report.add({"hostile_datagrams_per_second", "strangers' datagrams/s", strangers_per_second});
  report.add(
      {"hostile_forwarded_before_per_second", "forwarded packets/s without them", before.packets_per_second});
  report.add({"hostile_forwarded_per_second", "forwarded packets/s under fire", under.packets_per_second});
  report.add({"hostile_forwarding_ratio", "under fire to without",
              under.packets_per_second / before.packets_per_second, 3, 0.9});
  report.add({"hostile_loss_percent", "packets lost under fire, %", under.loss_share * 100, 3});
  report.add(
      {"hostile_core_share", "what they take of the relay's core", under.cpu_share - before.cpu_share, 3});
  report.add({"hostile_latency_before_p99_ms", "added latency, 99 %, without them, ms",
              milliseconds(calm.result.p99), 2});
  report.add({"hostile_latency_p99_ms", "the same under fire, ms", milliseconds(fire.result.p99), 2});
  report.add(
      {"hostile_memory_growth_kib", "relay's memory grew by, KiB", fire.kib - calm.kib, 0, 1024.0, true});
  report.add({"hostile_new_descriptors_count", "descriptors more than before",
              fire.descriptors - calm.descriptors, 0, 0.0, true});
  report.add({"hostile_sessions_kept", "all sessions are there and no other (1: yes)",
              !fire.sessions.empty() && fire.sessions == calm.sessions ? 1.0 : 0.0, 0, 1.0});
}

Result<void> run(const Plan& plan, Report& report) {
  auto relay = RelayProcess::start({});
  if (!relay) return fail(relay);
  Stage stage(relay->http(), {});
  if (auto open = stage.open_rooms(kRooms); !open) return open;
  if (auto seated = stage.seat(kViewers); !seated) return seated;
  auto port = media_port(*relay);
  if (!port) return fail(port);
  Trial trial{relay->process(), stage.cameras, stage.audience};
  film_for(trial, kPacketsPerSecond);
  stage.fill_caches();
  auto calm = look(trial, *relay, plan.run);
  Strangers strangers(*port, kLine_bps);
  auto begin = now();
  auto fire = look(trial, *relay, plan.run);
  compare(report, calm, fire, static_cast<double>(strangers.sent()) / seconds(now() - begin));
  return relay->process().running() ? Result<void>{} : fail(Errc::unavailable, "the relay is gone");
}

}  // namespace

int main(int argc, char** argv) {
  auto plan = parse(argc, argv);
  if (!plan) {
    std::fputs("usage: scripts/bench hostile [--quick] [--json]\n", stderr);
    return 64;
  }
  Report report;
  auto done = run(*plan, report);
  return finish(report, done, plan->json ? Format::json : Format::table);
}
