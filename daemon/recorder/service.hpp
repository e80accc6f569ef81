// SPDX-License-Identifier: MIT
// Service: all parts of classcast-recorder, put together. What it is to do comes from the server; what it has
// to do is on its disk, so that it goes on without.
#pragma once

#include "recorder/captures.hpp"
#include "recorder/file_server.hpp"
#include "recorder/finisher.hpp"
#include "recorder/job.hpp"
#include "recorder/server_channel.hpp"
#include "recorder/settings.hpp"
#include "recorder/storage.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace classcast::recorder {

class Service {
 public:
  static constexpr Duration kTick = 500ms;
  static constexpr Duration kUpkeepInterval = 20s;
  static constexpr Duration kMoveInterval = 300ms;
  /// What a capture may still hold back when its recording is stopped.
  static constexpr std::int64_t kSettleMs = 3'000;
  static constexpr Duration kRetry = 15s;
  static constexpr int kMaxTries = 4;

  static Result<std::unique_ptr<Service>> create(const Settings& settings);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  Result<void> start();
  /// Lets the captures write their last bytes.
  void stop();
  [[nodiscard]] std::string status_line() const;
  [[nodiscard]] std::string files_url() const;

 private:
  Service(const Settings& settings, std::unique_ptr<Storage> storage, JobTable jobs);
  void load_orders();
  void take_orders(const protocol::RecorderJobs& orders);
  void take_recordings(const std::vector<protocol::RecordingJob>& orders);
  void take_removals();
  void apply_captures();
  void tick();
  void step_jobs();
  bool settled(const Job& job) const;
  void finish_job(const Job& job);
  void finished(const std::string& id, const std::string& path, const Result<Finished>& result);
  void failed(Job& job, const Error& error);
  void upkeep();
  void tidy(const std::string& room);
  void bring_home();
  [[nodiscard]] bool away(const std::string& room) const;
  void report();
  void report_soon();
  [[nodiscard]] protocol::RoomReport room_report(const protocol::RoomJob& room);
  [[nodiscard]] std::string url_of(const protocol::RoomJob& room) const;

  const Settings settings_;
  std::unique_ptr<Storage> storage_;
  JobTable jobs_;
  std::map<std::string, protocol::RoomJob> rooms_;
  std::vector<protocol::RemoveJob> removals_;
  std::set<std::string> removed_;
  std::map<std::string, int> tries_;
  std::map<std::string, Instant> retry_at_;
  Captures captures_;
  Finisher finisher_;
  FileServer files_;
  std::unique_ptr<ServerChannel> channel_;
  std::int64_t seq_ = 0;
  bool has_orders_ = false;
  glib::Timer tick_;
  glib::Timer reports_;
  glib::Timer soon_;
  glib::Timer upkeep_;
  glib::Timer moving_;
};

}  // namespace classcast::recorder
