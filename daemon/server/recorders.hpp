// SPDX-License-Identifier: MIT
// Recorders: the control channels of the programs that record (docs/ref/protocol.md §5a).
#pragma once

#include "base/clock.hpp"
#include "glib/scope.hpp"
#include "glib/source.hpp"
#include "protocol/recorder.hpp"
#include "server/exchange.hpp"
#include "server/throttle.hpp"
#include "store/recorders.hpp"
#include "store/thread.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace classcast::server {

class Recorders {
 public:
  /// hello, and then a report, must come within this time.
  static constexpr Duration kSilenceLimit = 15s;
  static constexpr Throttle::Rate kMessageRate = {120, 50ms};
  static constexpr Throttle::Rate kRefusalRate = {30, 2s};
  static constexpr std::size_t kMaxRefusedAddresses = 4096;
  /// A recorder that was away for less is expected back.
  static constexpr std::int64_t kAwayMs = 60'000;

  /// What is known of a recorder that has connected since the server started.
  struct Known {
    std::int64_t id = 0;
    std::string name;
    std::string url;
    bool local = false;  ///< on the server's own machine
    bool connected = false;
    std::int64_t seen_ms = 0;
    protocol::StorageStatus storage;
  };

  explicit Recorders(store::StoreThread& store) : store_(store) {}
  Recorders(const Recorders&) = delete;
  Recorders& operator=(const Recorders&) = delete;
  ~Recorders();

  /// GET /recorder.
  void handle(const std::shared_ptr<Exchange>& exchange);
  void load(const std::vector<store::Recorder>& recorders);
  /// Dropped when it is not connected: it is told everything when it comes.
  void send(std::int64_t id, const protocol::RecorderJobs& jobs);
  void close_all();

  std::function<void(std::int64_t id)> on_connected;
  std::function<void(std::int64_t id, const protocol::RecorderReport&)> on_report;
  std::function<void(std::int64_t id)> on_gone;

  [[nodiscard]] const Known* find(std::int64_t id) const;
  [[nodiscard]] std::vector<const Known*> all() const;
  [[nodiscard]] std::vector<protocol::StorageStatus> storages() const;
  [[nodiscard]] std::size_t connected() const { return channels_.size(); }

 private:
  struct Channel {
    std::unique_ptr<WebSocket> socket;
    bool greeted = false;
    Throttle messages{kMessageRate, 1};
    glib::Timer silence;
  };

  void refuse(const std::shared_ptr<Exchange>& exchange);
  void admit(const std::shared_ptr<Exchange>& exchange, const store::Recorder& recorder);
  void opened(const store::Recorder& recorder, bool local, std::unique_ptr<WebSocket> socket);
  void received(std::int64_t id, std::string_view text);
  void greet(std::int64_t id, Channel& channel, const protocol::RecorderHello& hello);
  void gone(std::int64_t id, const WebSocket* socket);
  void drop(std::int64_t id, std::uint16_t code, const char* reason);
  void retire(std::unique_ptr<WebSocket> socket, std::uint16_t code, const char* reason);

  store::StoreThread& store_;
  std::map<std::int64_t, Known> known_;
  std::map<std::int64_t, Channel> channels_;
  std::map<WebSocket*, std::unique_ptr<WebSocket>> closing_;
  Throttle refusals_{kRefusalRate, kMaxRefusedAddresses};
  glib::Scope scope_;
};

}  // namespace classcast::server
