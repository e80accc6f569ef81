// SPDX-License-Identifier: MIT
// A real RTSP server on 127.0.0.1 with one camera at /live (gst-rtsp-server).
#pragma once

#include "base/result.hpp"
#include "clip.hpp"
#include "handles.hpp"
#include "picture.hpp"

#include <gst/app/gstappsrc.h>
#include <gst/rtsp-server/rtsp-server.h>

#include <optional>
#include <string>
#include <vector>

namespace classcast::camera {

struct Login {
  std::string user;
  std::string password;
};

class Server {
 public:
  /// Plays the clip in a loop at its own pace, timestamps running on, with a tone in this codec if there is
  /// to be one.
  static Result<std::unique_ptr<Server>> playing(Clip clip, const std::string& sound, int port,
                                                 const std::optional<Login>& login);
  /// Films and encodes in real time; the stamp holds the wall clock.
  static Result<std::unique_ptr<Server>> filming(const Picture& picture, int port,
                                                 const std::optional<Login>& login);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] int port() const;
  /// A frozen camera: RTSP and TCP stay up, no more RTP.
  void freeze(bool frozen);

 private:
  struct Adoption {
    Server* server;
    Owned<GstElement> control;
  };

  Server() = default;
  Result<void> open(const std::string& graph, int port, const std::optional<Login>& login);
  void require(const Login& login);
  static void on_media(GstRTSPMediaFactory* factory, GstRTSPMedia* media, gpointer data);
  void schedule();
  void push_due();
  void push(GstBuffer* frame, std::chrono::nanoseconds late);
  bool push_to(GstElement* source, GstBuffer* frame, std::chrono::nanoseconds late) const;

  Clip clip_;
  Picture picture_;
  Owned<GstRTSPServer> server_;
  Owned<GstRTSPMediaFactory> factory_;
  /// The graphs' appsrcs (clip) or valves (live), one unless there is sound; only the main thread touches
  /// them.
  std::vector<Owned<GstElement>> controls_;
  guint attached_ = 0;
  guint timer_ = 0;
  guint sweeper_ = 0;
  bool sound_ = false;
  bool frozen_ = false;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::int64_t next_frame_ = 0;
};

}  // namespace classcast::camera
