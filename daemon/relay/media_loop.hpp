// SPDX-License-Identifier: MIT
// MediaLoop: the thread that owns the media socket, the sessions and the rooms; the only place with epoll.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "relay/sessions.hpp"
#include "relay/udp_socket.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace classcast::relay {

class MediaLoop {
 public:
  /// Runs on the media thread.
  using Command = std::function<void(Sessions&, Instant)>;

  static Result<std::unique_ptr<MediaLoop>> create(std::unique_ptr<UdpSocket> socket,
                                                   const SessionLimits& limits,
                                                   std::shared_ptr<const rtc::Certificate> certificate,
                                                   Sessions::NoteHandler on_note);
  /// Says goodbye to every peer and joins the thread.
  ~MediaLoop();
  MediaLoop(const MediaLoop&) = delete;
  MediaLoop& operator=(const MediaLoop&) = delete;

  void start();
  /// Safe from any thread.
  void post(Command command);
  [[nodiscard]] const UdpSocket& socket() const { return *socket_; }

 private:
  MediaLoop(std::unique_ptr<UdpSocket> socket, Descriptor epoll, Descriptor wake, const SessionLimits& limits,
            std::shared_ptr<const rtc::Certificate> certificate, Sessions::NoteHandler on_note);
  void run();
  void run_commands();
  void receive_all();
  void wait();
  void wake_up();

  std::unique_ptr<UdpSocket> socket_;
  Descriptor epoll_;
  Descriptor wake_;
  Sessions sessions_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;  // protects commands_
  std::vector<Command> commands_;
  std::thread thread_;
};

}  // namespace classcast::relay
