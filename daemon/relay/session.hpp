// SPDX-License-Identifier: MIT
// Session: one WHIP or WHEP resource: its peer and what the peer does in its room.
#pragma once

#include "base/id.hpp"
#include "relay/outlet.hpp"
#include "relay/publisher.hpp"
#include "relay/room.hpp"
#include "relay/viewer.hpp"
#include "rtc/peer.hpp"
#include "rtc/sdp_fragment.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace classcast::relay {

enum class SessionRole { publish, watch };

/// Where datagrams leave; the media loop's socket, or a network of a test.
class DatagramSink {
 public:
  virtual ~DatagramSink() = default;
  /// rtc::kMaxDatagram octets that send() takes without a copy; valid until it is called.
  virtual MutableBytes space() = 0;
  virtual void send(const rtc::Tuple& tuple, Bytes datagram) = 0;
};

class Session final : public rtc::PeerSink, public Outlet {
 public:
  Session(std::string id, SessionRole role, std::shared_ptr<Room> room, DatagramSink& sink, Instant now);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Once, before anything else.
  void take(std::unique_ptr<rtc::Peer> peer, std::string remote_ufrag);
  void publish_with(const PublisherOptions& options, Part part) {
    part_ = part;
    publisher_.emplace(options, *this, *room_);
  }
  void watch_with(const ViewerOptions& options);

  [[nodiscard]] const std::string& id() const { return id_; }
  /// Who the token that opened it is for.
  [[nodiscard]] const std::string& owner() const { return owner_; }
  void set_owner(std::string owner) { owner_ = std::move(owner); }
  [[nodiscard]] SessionRole role() const { return role_; }
  [[nodiscard]] Room& room() { return *room_; }
  [[nodiscard]] const Room& room() const { return *room_; }
  /// Which part of the room a publisher sends.
  [[nodiscard]] Part part() const { return part_; }
  [[nodiscard]] Instant created() const { return created_; }
  /// Under which SSRC a viewer is sent audio.
  [[nodiscard]] std::optional<rtc::Ssrc> audio_sent() const { return audio_sent_; }
  rtc::Peer& peer() { return *peer_; }
  [[nodiscard]] const rtc::Peer& peer() const { return *peer_; }
  Publisher* publisher() { return publisher_ ? &*publisher_ : nullptr; }
  [[nodiscard]] const Publisher* publisher() const { return publisher_ ? &*publisher_ : nullptr; }
  Viewer* viewer() { return viewer_ ? &*viewer_ : nullptr; }
  [[nodiscard]] const Viewer* viewer() const { return viewer_ ? &*viewer_ : nullptr; }

  /// Whether the datagram proved that its path is the peer's: from now on what comes by it is ours.
  bool receive(const rtc::Tuple& tuple, MutableBytes datagram, Instant now);
  /// Whether the fragment brings new credentials (RFC 9725 §4.3.3).
  [[nodiscard]] bool restarts_ice(const rtc::SdpFragment& fragment) const;
  void restart_ice(const rtc::IceCredentials& ours, const rtc::IceCredentials& theirs, Instant now);
  void handle_timeout(Instant now);
  /// Of what the peer gets or is asked for; its own deadlines are never that near.
  [[nodiscard]] Instant media_deadline() const;
  /// True while the session must be looked after more often than at every sweep.
  [[nodiscard]] bool eager() const;

  /// True once, after the handshake is finished.
  bool take_connected();
  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] std::optional<rtc::CloseReason> closed() const { return closed_; }
  /// Ends it from our side: goodbye to the peer. True the first time.
  bool end(Instant now);
  [[nodiscard]] bool ended() const { return ended_; }

  // Outlet
  MutableBytes space() override { return sink_.space(); }
  bool send_rtp(MutableBytes buffer, std::size_t size, Instant now) override;
  bool send_rtcp(MutableBytes buffer, std::size_t size, Instant now) override;
  // rtc::PeerSink
  void transmit(const rtc::Tuple& tuple, Bytes datagram) override;
  void on_connected() override;
  void on_rtp(rtc::RtpPacket packet, Instant now) override;
  void on_rtcp(Bytes compound, Instant now) override;
  void on_closed(rtc::CloseReason reason) override;

 private:
  std::string id_;
  SessionRole role_;
  std::shared_ptr<Room> room_;
  DatagramSink& sink_;
  Instant created_;
  std::string owner_;
  Part part_ = Part::main;
  std::optional<Publisher> publisher_;
  std::optional<Viewer> viewer_;
  std::optional<rtc::Ssrc> audio_sent_;
  bool connected_ = false;
  bool newly_connected_ = false;
  bool answered_check_ = false;
  bool ended_ = false;
  std::optional<rtc::CloseReason> closed_;
  std::string remote_ufrag_;
  std::string former_ufrag_;         // the remote's before the last ICE restart
  std::unique_ptr<rtc::Peer> peer_;  // dies first: it may still speak through this object
};

}  // namespace classcast::relay
