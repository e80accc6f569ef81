// SPDX-License-Identifier: MIT
#include "bench/load/janus.hpp"

#include "bench/load/janus_server.hpp"
#include "bench/load/relay_process.hpp"
#include "bench/load/stage.hpp"
#include "bench/load/veth.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace classcast::load {

namespace {

// Not quite half of what Janus can carry on a core.
constexpr std::size_t kRooms = 4;
constexpr std::size_t kViewers = 80;
constexpr double kPacketsPerSecond = 40'000;

Result<LoadResult> load_relay(const Veth& veth, Duration run) {
  RelayOptions options;
  options.media_address = Veth::kNear;
  auto relay = RelayProcess::start(options);
  if (!relay) return fail(relay);
  Stage stage(relay->http(), veth.far());
  if (auto open = stage.open_rooms(kRooms); !open) return fail(open);
  if (auto seated = stage.seat(kViewers); !seated) return fail(seated);
  Trial trial{relay->process(), stage.cameras, stage.audience};
  film_for(trial, kPacketsPerSecond);
  return measure_load(trial, run);
}

/// Janus takes plain RTP, so its share of the work is the smaller one.
Cameras::Send plain_rtp_to(int socket, std::uint16_t port) {
  return [socket, port](Bytes packet) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    [[maybe_unused]] auto sent =
        sendto(socket, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
  };
}

Result<LoadResult> load_janus(const Veth& veth, Duration run) {
  auto janus = JanusServer::start(kRooms, Veth::kNear);
  if (!janus) return fail(janus);
  relay::Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  Audience audience;
  Cameras cameras;
  for (std::size_t room = 0; room < kRooms; ++room) {
    cameras.add(plain_rtp_to(socket.get(), JanusServer::rtp_port(room)), [] {});
  }
  cameras.start();
  for (std::size_t i = 0; i < kViewers; ++i) {
    auto viewer = janus->watch(i % kRooms, veth.far());
    if (!viewer) return fail(viewer);
    audience.add(std::move(*viewer));
  }
  Trial trial{janus->process(), cameras, audience};
  film_for(trial, kPacketsPerSecond);
  auto load = measure_load(trial, run);
  cameras.stop();
  return load;
}

}  // namespace

Result<PeerResult> compare_with_janus(Duration run) {
  auto veth = Veth::create();
  if (!veth) return fail(veth);
  auto relay = load_relay(*veth, run);
  if (!relay) return fail(relay.error().code, "classcast-relay: {}", relay.error().message);
  auto janus = load_janus(*veth, run);
  if (!janus) return fail(janus.error().code, "Janus: {}", janus.error().message);
  return PeerResult{*relay, *janus};
}

}  // namespace classcast::load
