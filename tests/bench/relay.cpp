// SPDX-License-Identifier: MIT
// What the relay forwards per core, what it adds to a packet's way, how fast a picture is there, and what a
// viewer costs; against this machine's own ceiling and, on request, against Janus.
//   scripts/bench relay [--quick] [--json] [--viewers N] [--rooms N] [--peer janus]
#include "base/strings.hpp"
#include "bench/load/awake.hpp"
#include "bench/load/ceiling.hpp"
#include "bench/load/first_frame.hpp"
#include "bench/load/janus.hpp"
#include "bench/load/queue.hpp"
#include "bench/load/relay_process.hpp"
#include "bench/load/report.hpp"
#include "bench/load/stage.hpp"
#include "bench/load/statistics.hpp"
#include "bench/load/trial.hpp"

#include <cstdio>
#include <string_view>

namespace {

using namespace classcast;
using namespace classcast::load;

struct Plan {
  bool json = false;
  bool janus = false;
  std::size_t rooms = 26;
  std::size_t viewers = 520;
  std::size_t first_frames = 101;
  Duration ceiling = 3s;
  Duration run = 10s;
  double packets_per_second = 150'000;
};

void hurry(Plan& plan) {
  plan.first_frames = 21;
  plan.ceiling = 1s;
  plan.run = 3s;
}

/// Of the words behind the program's name; nullopt for one that is not known.
std::optional<Plan> parse(int argc, char** argv) {
  Plan plan;
  auto number = [&](int& i) { return i + 1 < argc ? parse_int(argv[++i]) : std::nullopt; };
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    if (word == "--quick") {
      hurry(plan);
    } else if (word == "--json") {
      plan.json = true;
    } else if (word == "--viewers" || word == "--rooms") {
      auto count = number(i);
      if (!count || *count < 1) return std::nullopt;
      (word == "--rooms" ? plan.rooms : plan.viewers) = static_cast<std::size_t>(*count);
    } else if (word == "--peer" && i + 1 < argc && std::string_view(argv[i + 1]) == "janus") {
      plan.janus = true;
      ++i;
    } else {
      return std::nullopt;
    }
  }
  return plan;
}

double per_core(Duration per_packet) {
  return per_packet.count() == 0 ? 0 : 1e9 / static_cast<double>(per_packet.count());
}

void tell(const Plan& plan, std::string_view what) {
  if (!plan.json) std::fprintf(stderr, "%s\n", std::string(what).c_str());
}

/// The two ways of sending: how the report calls them and what is asked of them.
struct Way {
  SendMode mode;
  const char* segmentation;
  const char* id;
  const char* title;
  double bar;
};
constexpr Way kSegmented{SendMode::segmented, "kernel", "gso", "UDP GSO", 600'000};
constexpr Way kPlain{SendMode::plain, "none", "plain", "plain", 250'000};

void add_load(Report& report, const Way& way, const LoadResult& load, Duration ceiling) {
  auto id = [&](const char* rest) { return fmt::format("relay_{}_{}", way.id, rest); };
  auto title = [&](const char* rest) { return fmt::format("relay, {}: {}", way.title, rest); };
  report.add({id("packets_per_core_second"), title("packets/s per core (from CPU time)"),
              load.packets_per_core(), 0, way.bar});
  report.add({id("cpu_per_packet_ns"), title("CPU time per packet, ns"),
              static_cast<double>(load.cpu_per_packet.count())});
  report.add({fmt::format("ceiling_{}_cpu_per_packet_ns", way.id),
              fmt::format("ceiling, {}: encrypt and send alone, ns", way.title),
              static_cast<double>(ceiling.count())});
  report.add({id("to_ceiling_ratio"), title("share of the ceiling's rate"),
              load.packets_per_core() / per_core(ceiling), 2});
  report.add({id("offered_packets_per_second"), title("packets/s while measured"), load.packets_per_second});
  report.add({id("loss_percent"), title("packets lost, %"), load.loss_share * 100, 3});
  report.add(
      {id("receiver_cpu_share"), title("load generator's receiving core in use"), load.receiver_share, 2});
}

void add_latency(Report& report, const LatencyResult& result, const LatencyResult& drowsy,
                 const std::vector<Duration>& alone) {
  report.add({"relay_half_load_packets_per_second", "half load: packets/s", result.load.packets_per_second});
  report.add({"relay_half_load_core_share", "half load: of the relay's core", result.load.cpu_share, 2});
  report.add({"relay_half_load_packets_per_core_second", "half load: packets/s per core (from CPU time)",
              result.load.packets_per_core(), 0, kSegmented.bar});
  report.add({"relay_half_load_cpu_per_packet_ns", "half load: CPU time per packet, ns",
              static_cast<double>(result.load.cpu_per_packet.count())});
  report.add({"relay_half_load_loss_percent", "half load: packets lost, %", result.load.loss_share * 100, 3});
  report.add({"relay_added_latency_p50_ms", "half load: camera to viewer's socket, median, ms",
              milliseconds(result.p50), 3});
  report.add({"relay_added_latency_p99_ms", "half load: the same, 99 %, ms", milliseconds(result.p99), 3, 2.0,
              true});
  report.add({"relay_drowsy_latency_p50_ms", "half load: the same where idle cores sleep, median, ms",
              milliseconds(drowsy.p50), 3});
  report.add({"relay_drowsy_latency_p99_ms", "half load: the same, 99 %, ms", milliseconds(drowsy.p99), 3});
  report.add({"queue_latency_p50_ms", "half load: one core that only sends, median, ms",
              milliseconds(quantile(alone, 0.5)), 3});
  report.add(
      {"queue_latency_p99_ms", "half load: the same, 99 %, ms", milliseconds(quantile(alone, 0.99)), 3});
}

void add_first_frames(Report& report, const std::vector<Duration>& times) {
  report.add({"first_frame_p50_ms", "POST to whole first keyframe (one in 4 s), median, ms",
              milliseconds(quantile(times, 0.5)), 1, 150.0, true});
  report.add({"first_frame_p99_ms", "the same, 99 %, ms", milliseconds(quantile(times, 0.99)), 1});
}

/// Rooms, first frames, viewers and their memory, load, and at last half of what that shows to be possible.
Result<void> measure(const Plan& plan, const Way& way, Report& report) {
  std::optional<Awake> awake(std::in_place);
  if (!awake->granted()) tell(plan, "without root: waking a core that sleeps is measured too");
  tell(plan, fmt::format("{}: ceiling", way.title));
  auto most = ceiling(way.mode, plan.ceiling);
  RelayOptions options;
  options.segmentation = way.segmentation;
  auto relay = RelayProcess::start(options);
  if (!relay) return fail(relay);
  Stage stage(relay->http(), {});
  if (auto open = stage.open_rooms(plan.rooms); !open) return open;
  bool main_way = way.mode == SendMode::segmented;
  if (main_way) {
    tell(plan, "first frames");
    std::this_thread::sleep_for(kFrameTime * Film{}.frames_per_group);  // every room has had a keyframe
    auto times = first_frames(relay->http(), Stage::room(0), {}, plan.first_frames);
    if (!times) return fail(times);
    add_first_frames(report, *times);
  }
  tell(plan, fmt::format("{}: {} viewers of {} rooms", way.title, plan.viewers, plan.rooms));
  stage.fill_caches();
  auto before = relay->process().resident_kib();
  if (auto seated = stage.seat(plan.viewers); !seated) return seated;
  Trial trial{relay->process(), stage.cameras, stage.audience};
  film_for(trial, plan.packets_per_second);
  auto load = measure_load(trial, plan.run);
  add_load(report, way, load, most);
  if (!main_way) return {};
  auto memory =
      static_cast<double>(relay->process().resident_kib() - before) / static_cast<double>(plan.viewers);
  report.add({"relay_memory_per_viewer_kib", "memory per viewer, KiB", memory, 0, 195.0, true});
  auto film = film_for(trial, load.packets_per_core() / 2);
  auto latency = measure_latency(trial, plan.run);
  awake.reset();
  auto drowsy = measure_latency(trial, plan.run);
  add_latency(report, latency, drowsy,
              queue_latencies(stage.cameras.timetables(), film, plan.viewers / plan.rooms,
                              latency.load.cpu_per_packet));
  return {};
}

Result<void> run(const Plan& plan, Report& report) {
  for (const auto& way : {kSegmented, kPlain}) {
    if (auto measured = measure(plan, way, report); !measured) return measured;
  }
  if (!plan.janus) return {};
  tell(plan, "the same load on Janus and on the relay");
  Awake awake;
  auto peer = compare_with_janus(plan.run);
  if (!peer) return fail(peer);
  report.add({"peer_relay_cpu_per_packet_ns", "peer load: relay, ns per packet",
              static_cast<double>(peer->relay.cpu_per_packet.count())});
  report.add({"peer_janus_cpu_per_packet_ns", "peer load: Janus, ns per packet",
              static_cast<double>(peer->janus.cpu_per_packet.count())});
  report.add(
      {"peer_relay_loss_percent", "peer load: relay, packets lost, %", peer->relay.loss_share * 100, 3});
  report.add(
      {"peer_janus_loss_percent", "peer load: Janus, packets lost, %", peer->janus.loss_share * 100, 3});
  report.add({"relay_to_janus_ratio", "packets per core, relay to Janus",
              peer->relay.packets_per_core() / peer->janus.packets_per_core(), 1, 5.0});
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  auto plan = parse(argc, argv);
  if (!plan) {
    std::fputs("usage: scripts/bench relay [--quick] [--json] [--viewers N] [--rooms N] [--peer janus]\n",
               stderr);
    return 64;
  }
  Report report;
  auto done = run(*plan, report);
  return finish(report, done, plan->json ? Format::json : Format::table);
}
