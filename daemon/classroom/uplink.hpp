// SPDX-License-Identifier: MIT
// Uplink: carries out the uplink state machine with webrtcbin and WHIP (RFC 9725) requests to the server.
#pragma once

#include "classroom/low_watch.hpp"
#include "classroom/repeat_filter.hpp"
#include "classroom/uplink_machine.hpp"
#include "classroom/worker.hpp"
#include "device/http.hpp"
#include "device/settings.hpp"
#include "glib/scope.hpp"
#include "pipelines/publisher.hpp"
#include "pipelines/track.hpp"
#include "protocol/agent.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace classcast::classroom {

using device::HttpAnswer;
using device::ServerSettings;
using glib::Ref;

/// Where an uplink sends, and what: another one means another session.
struct UplinkTarget {
  Ref<SoupSession> session;
  ServerSettings server;
  pipelines::PublisherSettings publisher;
};

class Uplink {
 public:
  struct Parts {
    std::string name;   ///< in the journal
    std::string layer;  ///< "low", or empty for the room's own stream (docs/ref/protocol.md §3)
    pipelines::Track& video;
    pipelines::Track* audio;                               ///< none with a low layer
    std::function<void()> changed;                         ///< the state or its cause is another now
    std::function<void(std::int64_t unix_s)> server_time;  ///< what a Date header said
  };

  explicit Uplink(Parts parts);

  /// Starts, or begins a new session when the target is another; the same target again does nothing.
  void apply(const UplinkTarget& target);
  /// Ends the session; `done` follows when the server has confirmed it or cannot be reached.
  void stop(std::function<void()> done);
  void grant(const protocol::PublishGrant& grant);
  void tick(Instant at);
  void network_changed() { feed(NetworkChanged{}); }
  /// Asks the server about the session now: its answer also says what time it is there.
  void ask_server() { check(); }

  [[nodiscard]] const UplinkStatus& status() const { return status_; }
  /// Since the program's start, over all sessions.
  [[nodiscard]] pipelines::PublisherStats stats() const;
  [[nodiscard]] Worker& worker() { return worker_; }

 private:
  using PublisherHandle = std::shared_ptr<pipelines::Publisher>;

  void feed(const UplinkEvent& event);
  void carry_out(UplinkAction action);
  void start_publisher();
  pipelines::PublisherEvents publisher_events();
  void post_offer();
  void on_answer(const HttpAnswer& answer);
  void attach();
  std::string complaint(Instant at);
  void check();
  void finish();
  void end_session();
  void tell(const UplinkStatus& before);

  const Parts parts_;
  UplinkTarget target_;
  UplinkStatus status_;
  protocol::PublishGrant grant_;
  PublisherHandle publisher_;
  std::string offer_;
  std::string session_url_;
  bool checking_ = false;
  unsigned generation_ = 0;  // of the publisher; callbacks of older ones are ignored
  // Whether the newest publisher is still wanted; GStreamer's threads ask it before they touch the tracks.
  std::shared_ptr<std::atomic<bool>> wanted_ = std::make_shared<std::atomic<bool>>(false);
  std::uint64_t reports_ = 0;
  LowWatch loss_;
  pipelines::PublisherStats former_;
  RepeatFilter filter_;
  std::function<void()> stopped_;
  Worker worker_;
  glib::Scope scope_;
};

}  // namespace classcast::classroom
