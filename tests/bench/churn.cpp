// SPDX-License-Identifier: MIT
// Whether sessions leave anything behind: viewers come by WHEP, connect, see a packet, and go by DELETE or
// without a word; the relay's memory and descriptors are read whenever all of them are gone.
//   scripts/bench churn [--quick] [--json] [--sessions N]
#include "base/strings.hpp"
#include "bench/load/relay_process.hpp"
#include "bench/load/report.hpp"
#include "bench/load/stage.hpp"
#include "bench/load/statistics.hpp"

#include <cstdio>
#include <string_view>

namespace {

using namespace classcast;
using namespace classcast::load;

constexpr std::size_t kRooms = 4;
constexpr std::size_t kWorkers = 2;
/// Every third viewer is a laptop that was shut.
constexpr std::size_t kSilentShare = 3;

struct Plan {
  bool json = false;
  std::size_t sessions = 40'000;
  std::size_t samples = 8;
};

struct Sample {
  double sessions = 0;
  double kib = 0;       ///< resident
  double heap_kib = 0;  ///< allocated
  double descriptors = 0;
};

std::optional<Plan> parse(int argc, char** argv) {
  Plan plan;
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    if (word == "--quick") {
      plan.sessions = 2000;
      plan.samples = 2;
    } else if (word == "--json") {
      plan.json = true;
    } else if (word == "--sessions" && i + 1 < argc) {
      auto count = parse_int(argv[++i]);
      if (!count || *count < 1) return std::nullopt;
      plan.sessions = static_cast<std::size_t>(*count);
    } else {
      return std::nullopt;
    }
  }
  return plan;
}

Result<void> come_and_go(const Http& http, std::size_t number) {
  constexpr Duration kPatience = 30s;
  auto client = Client::open(http, Direction::watch, Stage::room(number % kRooms), {});
  if (!client) return fail(client);
  auto& viewer = **client;
  if (!viewer.receive_until(now() + kPatience, [&] { return !viewer.rtc().rtp.empty(); }))
    return fail(Errc::timeout, "a viewer saw nothing");
  if (number % kSilentShare == 0) return {};
  return viewer.hang_up(http) ? Result<void>{} : fail(Errc::invalid, "a session could not be deleted");
}

/// `count` sessions by several workers at once; the first fault.
Result<void> churn(const Http& http, std::size_t count) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;  // protects outcome
  Result<void> outcome;
  auto work = [&] {
    for (std::size_t number; (number = next++) < count;) {
      if (auto done = come_and_go(http, number); !done) {
        std::lock_guard lock(mutex);
        outcome = done;
        next = count;
      }
    }
  };
  std::vector<std::thread> workers;
  for (std::size_t i = 0; i < kWorkers; ++i) workers.emplace_back(work);
  for (auto& worker : workers) worker.join();
  return outcome;
}

/// Those who went without a word are missed after rtc::kConsentTimeout.
Result<void> wait_for_the_last(const Http& http) {
  const auto alone = fmt::format("\"sessions\":{}", kRooms);
  for (auto end = now() + 30s; now() < end; std::this_thread::sleep_for(100ms)) {
    auto status = http.request("GET", "/status");
    auto tight = status ? status->body : std::string();
    std::erase(tight, ' ');
    if (tight.find(alone + ",") != std::string::npos || tight.find(alone + "}") != std::string::npos)
      return {};
  }
  return fail(Errc::timeout, "sessions of viewers that are gone are still there");
}

/// What the relay says is allocated, in KiB; 0 when it says nothing.
double heap_kib(const Http& http) {
  constexpr std::string_view kName = "\nclasscast_relay_heap_bytes ";
  constexpr double kKib = 1024;
  auto metrics = http.request("GET", "/metrics");
  auto at = metrics ? metrics->body.find(kName) : std::string::npos;
  if (at == std::string::npos) return 0;
  auto number = std::string_view(metrics->body).substr(at + kName.size());
  return static_cast<double>(parse_int(number.substr(0, number.find('\n'))).value_or(0)) / kKib;
}

/// All sessions of viewers are gone, and what they left in the heap has been given back to the system.
Result<void> wait_for_quiet(const Http& http) {
  constexpr Duration kGivenBack = 6s;  // the relay does so every 5 s
  if (auto gone = wait_for_the_last(http); !gone) return gone;
  std::this_thread::sleep_for(kGivenBack);
  return {};
}

Sample look(const RelayProcess& relay, std::size_t sessions) {
  const auto& process = relay.process();
  return {static_cast<double>(sessions), static_cast<double>(process.resident_kib()), heap_kib(relay.http()),
          static_cast<double>(process.descriptors())};
}

/// Least squares: how much `value` grows per session.
double slope(const std::vector<Sample>& samples, double Sample::*value) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (const auto& sample : samples) {
    n += 1;
    x += sample.sessions;
    y += sample.*value;
    xx += sample.sessions * sample.sessions;
    xy += sample.sessions * sample.*value;
  }
  auto spread = n * xx - x * x;
  return spread == 0 ? 0 : (n * xy - x * y) / spread;
}

Result<std::vector<Sample>> measure(const Plan& plan, const RelayProcess& relay) {
  std::vector<Sample> samples;
  const auto share = plan.sessions / plan.samples;
  for (std::size_t i = 1; i <= plan.samples; ++i) {
    if (auto done = churn(relay.http(), share); !done) return fail(done);
    if (auto gone = wait_for_quiet(relay.http()); !gone) return fail(gone);
    samples.push_back(look(relay, i * share));
    const auto& sample = samples.back();
    if (!plan.json) {
      std::fprintf(stderr, "%.0f sessions: %.0f KiB, of which %.1f KiB are allocated, %.0f descriptors\n",
                   sample.sessions, sample.kib, sample.heap_kib, sample.descriptors);
    }
  }
  return samples;
}

void add_slopes(Report& report, const std::vector<Sample>& samples) {
  constexpr double kThousand = 1000;
  const std::vector<Sample> later(samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2),
                                  samples.end());
  report.add({"churn_memory_kib", "relay's memory at the end, KiB", samples.back().kib});
  report.add({"churn_memory_slope_kib_per_1000", "memory's slope, KiB per 1000 sessions",
              slope(samples, &Sample::kib) * kThousand, 1, 64.0, true});
  report.add({"churn_later_memory_slope_kib_per_1000", "the same over the second half of them",
              slope(later, &Sample::kib) * kThousand, 1});
  report.add({"churn_heap_kib", "of it allocated at the end, KiB", samples.back().heap_kib});
  report.add({"churn_heap_slope_kib_per_1000", "slope of what is allocated, KiB per 1000 sessions",
              slope(samples, &Sample::heap_kib) * kThousand, 2, 4.0, true});
  report.add({"churn_descriptors_count", "relay's descriptors at the end", samples.back().descriptors});
  report.add({"churn_descriptors_slope_per_1000", "descriptors' slope per 1000 sessions",
              slope(samples, &Sample::descriptors) * kThousand, 2, 0.1, true});
}

Result<void> run(const Plan& plan, Report& report) {
  auto relay = RelayProcess::start({2});
  if (!relay) return fail(relay);
  Stage stage(relay->http(), {});
  if (auto open = stage.open_rooms(kRooms); !open) return open;
  stage.fill_caches();
  auto begin = now();
  // What the allocator and the caches take at first is no leak: the first share of sessions does not count.
  auto first = churn(relay->http(), plan.sessions / plan.samples);
  if (!first) return first;
  if (auto gone = wait_for_quiet(relay->http()); !gone) return gone;
  auto samples = measure(plan, *relay);
  if (!samples) return fail(samples);
  report.add({"churn_sessions_count", "sessions, after as many of a share to warm up",
              static_cast<double>(plan.sessions)});
  report.add({"churn_run_s", "seconds", seconds(now() - begin)});
  add_slopes(report, *samples);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  auto plan = parse(argc, argv);
  if (!plan) {
    std::fputs("usage: scripts/bench churn [--quick] [--json] [--sessions N]\n", stderr);
    return 64;
  }
  Report report;
  auto done = run(*plan, report);
  return finish(report, done, plan->json ? Format::json : Format::table);
}
