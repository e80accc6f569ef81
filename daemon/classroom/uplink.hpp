// SPDX-License-Identifier: MIT
// Uplink: carries out the uplink state machine with webrtcbin and WHIP (RFC 9725) requests to the server.
#pragma once

#include "classroom/repeat_filter.hpp"
#include "classroom/uplink_machine.hpp"
#include "classroom/worker.hpp"
#include "device/http.hpp"
#include "glib/scope.hpp"
#include "pipelines/publisher.hpp"
#include "pipelines/track.hpp"
#include "protocol/agent.hpp"

#include <functional>
#include <memory>
#include <string>

namespace classcast::classroom {

using device::HttpAnswer;
using glib::Ref;

class Uplink {
 public:
  struct Parts {
    Ref<SoupSession> session;
    std::string server_url;
    pipelines::PublisherSettings publisher;
    pipelines::Track& video;
    pipelines::Track& audio;
    std::function<void()> changed;  ///< the state or its cause is another now
  };

  explicit Uplink(Parts parts);

  void start() { feed(UplinkStart{}); }
  /// Ends the session; `done` follows when the server has confirmed it or cannot be reached.
  void stop(std::function<void()> done);
  void grant(const protocol::PublishGrant& grant);
  void tick(Instant at);

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
  void check();
  void finish();
  void end_session();
  void tell(const UplinkStatus& before);

  const Parts parts_;
  UplinkStatus status_;
  protocol::PublishGrant grant_;
  PublisherHandle publisher_;
  std::string offer_;
  std::string session_url_;
  bool checking_ = false;
  unsigned generation_ = 0;  // of the publisher; callbacks of older ones are ignored
  pipelines::PublisherStats former_;
  RepeatFilter filter_;
  std::function<void()> stopped_;
  Worker worker_;
  glib::Scope scope_;
};

}  // namespace classcast::classroom
