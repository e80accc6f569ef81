// SPDX-License-Identifier: MIT
// Relay: the program's parts put together: media threads, end points, HTTP server.
#pragma once

#include "base/result.hpp"
#include "glib/source.hpp"
#include "relay/access.hpp"
#include "relay/eviction_api.hpp"
#include "relay/http_server.hpp"
#include "relay/local_addresses.hpp"
#include "relay/media_threads.hpp"
#include "relay/monitor.hpp"
#include "relay/settings.hpp"
#include "relay/tcp_listener.hpp"
#include "relay/thread_gateway.hpp"
#include "relay/whip_whep.hpp"

#include <memory>

namespace classcast::relay {

class Relay {
 public:
  /// Opens both ports. Errc::unavailable when one is taken.
  static Result<std::unique_ptr<Relay>> create(const Settings& settings);
  /// Says goodbye to every peer.
  ~Relay() = default;
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  [[nodiscard]] std::uint16_t http_port() const { return http_port_; }
  [[nodiscard]] std::uint16_t media_port() const { return media_->local().port(); }
  /// Of ICE-TCP; 0 when it is off.
  [[nodiscard]] std::uint16_t tcp_port() const { return candidate_options_.tcp_port; }
  /// Tells the service manager how many watch; feeds its watchdog only while the media threads answer.
  void report();

 private:
  Relay(const Settings& settings, std::unique_ptr<MediaThreads> media, std::unique_ptr<TcpListener> tcp);
  void handle(const HttpRequest& request, Respond respond);
  void give_back(std::size_t sessions);
  [[nodiscard]] std::vector<rtc::Candidate> candidates_for(const HttpRequest& request) const;

  CandidateOptions candidate_options_;
  std::unique_ptr<MediaThreads> media_;
  ThreadGateway gateway_;
  std::unique_ptr<TcpListener> tcp_;  // gives its connections to the media threads: ends before them
  Access access_;
  WhipWhep whip_whep_;
  EvictionApi evictions_;
  Monitor monitor_;
  HttpServer http_;
  std::uint16_t http_port_ = 0;
  std::size_t sessions_ = 0;  // at the last report
};

}  // namespace classcast::relay
