// SPDX-License-Identifier: MIT
// MediaThreads: all media threads of the relay on one UDP port. docs/decisions/0005-media-threads.md says
// how.
#pragma once

#include "relay/media_loop.hpp"

#include <memory>
#include <vector>

namespace classcast::relay {

struct MediaOptions {
  rtc::Address listen;
  std::size_t threads = 0;  ///< never 0 after load_settings()
  SocketBuffers buffers;
  Segmentation segmentation = Segmentation::kernel;
};

class MediaThreads {
 public:
  /// Errc::unavailable when the port is taken or the address is not ours. `on_note` and `on_room_gone` are
  /// called on media threads.
  static Result<std::unique_ptr<MediaThreads>> create(
      const MediaOptions& options, const SessionLimits& limits,
      const std::shared_ptr<const rtc::Certificate>& certificate, const Sessions::NoteHandler& on_note);
  /// Says goodbye to every peer and joins the threads.
  ~MediaThreads();
  MediaThreads(const MediaThreads&) = delete;
  MediaThreads& operator=(const MediaThreads&) = delete;

  /// `on_room_gone` is called on media threads.
  void start(const std::function<void(const RoomId&)>& on_room_gone);

  [[nodiscard]] std::size_t size() const { return loops_.size(); }
  MediaLoop& operator[](std::size_t index) { return *loops_[index]; }
  /// The media port, as bound.
  [[nodiscard]] const rtc::Address& local() const { return loops_.front()->socket().local(); }
  /// Of each socket.
  [[nodiscard]] SocketBuffers granted() const { return loops_.front()->socket().granted(); }
  /// Of all sockets together.
  [[nodiscard]] std::uint64_t kept_back() const;

 private:
  MediaThreads() = default;
  std::vector<std::unique_ptr<MediaLoop>> loops_;
};

}  // namespace classcast::relay
