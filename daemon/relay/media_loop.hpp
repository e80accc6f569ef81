// SPDX-License-Identifier: MIT
// MediaLoop: one thread that owns a media socket, sessions and rooms; the only place with epoll.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "relay/handover.hpp"
#include "relay/sessions.hpp"
#include "relay/tcp_connections.hpp"
#include "relay/transports.hpp"
#include "relay/udp_socket.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace classcast::relay {

class MediaLoop {
 public:
  /// Runs on the media thread.
  using Command = std::function<void(Sessions&, Instant)>;

  static Result<std::unique_ptr<MediaLoop>> create(std::unique_ptr<UdpSocket> socket,
                                                   const SessionLimits& limits,
                                                   std::shared_ptr<const rtc::Certificate> certificate,
                                                   Sessions::NoteHandler on_note, const Shard& shard);
  ~MediaLoop() { stop(); }
  MediaLoop(const MediaLoop&) = delete;
  MediaLoop& operator=(const MediaLoop&) = delete;

  /// Before start(): the loops of all shards, this one included, in the order of their numbers.
  void join(const std::vector<MediaLoop*>& all, std::function<void(const RoomId&)> on_room_gone);
  void start();
  /// One look at all that may have come; what the thread does over and over. True when datagrams came.
  bool run_once();
  /// Says goodbye to every peer and joins the thread.
  void stop();
  /// Safe from any thread.
  void post(Command command);
  /// An ICE-TCP connection whose first check names a session of this thread. Safe from any thread.
  void adopt(std::unique_ptr<TcpStream> stream);
  [[nodiscard]] const UdpSocket& socket() const { return *socket_; }

 private:
  struct Descriptors {
    Descriptor epoll;
    Descriptor wake;
    Descriptor tcp;
  };
  MediaLoop(std::unique_ptr<UdpSocket> socket, Descriptors descriptors, const SessionLimits& limits,
            std::shared_ptr<const rtc::Certificate> certificate, Sessions::NoteHandler on_note,
            const Shard& shard);
  TcpConnections::Handlers tcp_handlers();
  void run();
  void run_commands();
  /// Whether anything came.
  bool receive_all();
  void receive_handed_over();
  void handle_timeouts();
  void wait();
  static void gather(Instant since);
  void wake_up();

  // What makes several threads one relay.
  void take(const rtc::Tuple& tuple, MutableBytes datagram, Instant now);
  std::size_t owner_of(const rtc::Tuple& tuple);
  void hand_over(std::size_t owner, const rtc::Tuple& tuple, Bytes datagram, Handover::Kind kind);
  void wake_receivers();
  void on_path(const rtc::Tuple& tuple, Paths::Change change);
  void on_foreign_path(const rtc::Tuple& tuple, std::size_t owner, Paths::Change change);

  struct Neighbour {
    MediaLoop* loop = nullptr;
    std::unique_ptr<Handover> from;  // it writes, we read
    bool to_wake = false;
  };

  std::unique_ptr<UdpSocket> socket_;
  Descriptor epoll_;
  Descriptor wake_;
  std::size_t index_;
  std::function<void(const RoomId&)> on_room_gone_;
  std::vector<Neighbour> neighbours_;                    // by number; empty when there is one thread
  std::unordered_map<rtc::Tuple, std::size_t> foreign_;  // whose the peers of other shards are
  TcpConnections tcp_;
  Transports transports_;
  Sessions sessions_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;  // protects commands_
  std::vector<Command> commands_;
  std::atomic<bool> commanded_ = false;  // commands_ is not empty
  std::thread thread_;
};

}  // namespace classcast::relay
