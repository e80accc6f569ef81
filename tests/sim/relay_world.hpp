// SPDX-License-Identifier: MIT
// A relay's Sessions with publishers and viewers around it, each behind a lossy link, in virtual time.
#pragma once

#include "relay/sessions.hpp"
#include "rtc/rtx.hpp"
#include "rtc/seq.hpp"
#include "sim/network.hpp"
#include "sim/rtc_client.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace classcast::sim {

/// Formats and SSRCs of the offers below.
inline constexpr std::uint8_t kVideoPt = 102;
inline constexpr std::uint8_t kRtxPt = 103;
inline constexpr std::uint32_t kCameraSsrc = 4242;
inline constexpr std::uint8_t kTransportId = 3;

/// In what a client differs from the plainest.
struct Traits {
  relay::Part part = relay::Part::main;
  relay::LayerWish layer = {};
  bool transport_cc = false;
  bool can_pause = false;
  std::uint32_t ssrc = kCameraSsrc;
};

/// An offer as a browser makes it: H.264 with rtx, NACK and PLI.
std::string offer(relay::SessionRole role, const rtc::IceCredentials& ice,
                  const rtc::Fingerprint& fingerprint, const Traits& traits = {});

class World final : public relay::DatagramSink {
 public:
  explicit World(LinkQuality quality, unsigned seed = 1);

  MutableBytes space() override { return space_; }
  void send(const rtc::Tuple& tuple, Bytes datagram) override;
  relay::Outcome<relay::Opened> open(relay::SessionRole role, const std::string& offer,
                                     const Traits& traits = {});

  Network network;
  rtc::Address address = rtc::Address::v4({192, 0, 2, 1}, 8443);
  std::shared_ptr<const rtc::Certificate> certificate;
  std::vector<std::string> notes;
  relay::SessionLimits limits;
  relay::Sessions sessions;
  RoomId room = *RoomId::parse("room-101");
  std::map<rtc::Address, std::function<void(MutableBytes)>> clients;
  /// What stands between the relay and a client.
  std::map<rtc::Address, Bottleneck> bottlenecks;
  std::uint16_t next_port = 40000;
  /// Hands a datagram to the relay.
  void receive(const rtc::Tuple& path, MutableBytes datagram);
  /// If set, true while the relay works on a media packet, but not while the network carries what it sends.
  std::atomic<bool>* inside = nullptr;

 private:
  void carry(const rtc::Tuple& tuple, Bytes datagram);
  std::array<std::uint8_t, rtc::kMaxDatagram> space_{};
};

/// A client of the relay. Opens its session at once, and lives as long as its world.
class Client {
 public:
  Client(World& world, relay::SessionRole role, const Traits& traits = {});
  virtual ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] bool connected() const { return client && client->connected(); }
  [[nodiscard]] relay::SessionName name() const { return {role_, world_.room, opened.id}; }
  [[nodiscard]] const rtc::Address& address() const { return path_.remote; }

  relay::Opened opened;
  rtc::IceCredentials ice = rtc::IceCredentials::random();
  std::unique_ptr<RtcClient> client;

 protected:
  /// Called after every datagram that came.
  virtual void on_datagram() {}
  void to_relay(Bytes datagram);

  World& world_;

 private:
  relay::SessionRole role_;
  rtc::Tuple path_;
};

/// Sends frames of `kPacketsPerFrame` packets, every `gop`-th a keyframe, and answers NACKs.
class CameraClient final : public Client {
 public:
  static constexpr int kPacketsPerFrame = 4;
  explicit CameraClient(World& world) : Client(world, relay::SessionRole::publish) {}

  void film(int frames, int gop);
  [[nodiscard]] int packets_sent() const { return static_cast<int>(sent_.size()); }
  int keyframe_requests = 0;

 private:
  void on_datagram() override;
  void send_frame(bool key);

  std::uint16_t seq_ = 65500;  // wraps soon
  std::uint32_t timestamp_ = 0xfffff000;
  std::map<std::uint16_t, Buffer> sent_;
};

/// Receives, undoes RTX and asks for what it misses.
class ViewerClient final : public Client {
 public:
  explicit ViewerClient(World& world) : Client(world, relay::SessionRole::watch) {}

  /// Looks for gaps and asks; to be called every few milliseconds of virtual time.
  void ask_again();
  [[nodiscard]] std::int64_t missing() const;
  /// Extended sequence number to timestamp of all that came.
  std::map<std::int64_t, std::uint32_t> received;
  std::set<std::uint32_t> ssrcs;

 private:
  void on_datagram() override;
  void take(rtc::RtpPacket packet);
  rtc::SeqUnwrapper unwrapper_;
};

}  // namespace classcast::sim
