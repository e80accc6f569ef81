// SPDX-License-Identifier: MIT
#include "recorder/service.hpp"

#include "glib/log.hpp"
#include "recorder/files.hpp"
#include "recorder/upkeep.hpp"

#include <sys/stat.h>

#include <algorithm>

namespace classcast::recorder {

namespace fs = std::filesystem;
using protocol::RecordingState;

namespace {

constexpr const char* kOrdersFile = "orders.json";
constexpr std::size_t kMaxOrders = protocol::kMaxRecorderMessageBytes;

}  // namespace

Result<std::unique_ptr<Service>> Service::create(const Settings& settings) {
  auto storage = Storage::open(settings.storage, settings.fallback, settings.state_directory);
  if (!storage) return fail(storage);
  auto jobs = JobTable::open(settings.state_directory / "jobs");
  if (!jobs) return fail(jobs);
  for (const auto& torn : jobs->torn()) glib::log::warning("recorder", "{} cannot be read", torn);
  return std::unique_ptr<Service>(new Service(settings, std::move(*storage), std::move(*jobs)));
}

Service::Service(const Settings& settings, std::unique_ptr<Storage> storage, JobTable jobs)
    : settings_(settings),
      storage_(std::move(storage)),
      jobs_(std::move(jobs)),
      captures_(settings.ca_file),
      files_(*storage_, settings.public_key_file,
             [this](const std::string& room) -> std::optional<std::int64_t> {
               auto found = rooms_.find(room);
               if (found == rooms_.end()) return std::nullopt;
               return found->second.rewind_ms;
             }) {
  captures_.on_changed = [this] { report_soon(); };
  storage_->on_changed = [this] {
    step_jobs();
    apply_captures();
    report_soon();
  };
}

Result<void> Service::start() {
  if (auto listening = files_.listen(settings_.listen_address, settings_.listen_port); !listening)
    return listening;
  load_orders();
  apply_captures();
  channel_ = std::make_unique<ServerChannel>(settings_, files_url());
  channel_->on_welcome = [this] { report(); };
  channel_->on_jobs = [this](const protocol::RecorderJobs& orders, std::string_view text) {
    const auto file = settings_.state_directory / kOrdersFile;
    if (auto kept = replace_file(file, text); !kept)
      glib::log::warning("recorder", "what to do is not kept: {}", kept.error().message);
    // The tokens in it are for us alone.
    ::chmod(file.c_str(), S_IRUSR | S_IWUSR);
    take_orders(orders);
  };
  channel_->start();
  tick_ = glib::Timer::every(kTick, [this] { tick(); });
  reports_ = glib::Timer::every(std::chrono::milliseconds(protocol::kRecorderReportMs), [this] { report(); });
  upkeep_ = glib::Timer::every(kUpkeepInterval, [this] { upkeep(); });
  moving_ = glib::Timer::every(kMoveInterval, [this] { bring_home(); });
  return {};
}

void Service::stop() {
  tick_.cancel();
  captures_.apply({});
  bool over = false;
  auto deadline = glib::Timer::once(Captures::kFarewell + 1s, [&over] { over = true; });
  while (!over && captures_.size() > 0) g_main_context_iteration(nullptr, TRUE);
}

std::string Service::files_url() const {
  if (!settings_.files_url.empty()) return settings_.files_url;
  const bool six = settings_.listen_address.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}", six ? "[" : "", settings_.listen_address, six ? "]" : "",
                     files_.port());
}

/// What the server wanted last: it may be away now.
void Service::load_orders() {
  auto text = read_text(settings_.state_directory / kOrdersFile, kMaxOrders);
  auto command =
      text ? protocol::parse_recorder_command(*text) : Result<protocol::RecorderCommand>(fail(text));
  if (!command) return;
  const auto* orders = std::get_if<protocol::RecorderJobs>(&*command);
  if (orders == nullptr) return;
  storage_->set_min_free(orders->min_free);
  for (const auto& room : orders->rooms) rooms_.insert_or_assign(room.room, room);
}

void Service::take_orders(const protocol::RecorderJobs& orders) {
  has_orders_ = true;
  storage_->set_min_free(orders.min_free);
  rooms_.clear();
  for (const auto& room : orders.rooms) {
    if (RoomId::valid(room.room)) rooms_.insert_or_assign(room.room, room);
  }
  take_recordings(orders.recordings);
  removals_ = orders.remove;
  take_removals();
  step_jobs();
  apply_captures();
  report_soon();
}

void Service::take_recordings(const std::vector<protocol::RecordingJob>& orders) {
  std::set<std::string> named;
  for (const auto& order : orders) {
    if (!safe_id(order.id) || !RoomId::valid(order.room)) continue;
    named.insert(order.id);
    auto [found, anew] = jobs_.all().try_emplace(order.id);
    auto& job = found->second;
    const auto before = to_json(job);
    if (anew) {
      job.id = order.id;
      job.room = order.room;
      job.from_ms = order.from_ms;
    }
    take_order(job, order);
    if (anew || to_json(job) != before) {
      if (auto saved = jobs_.save(job); !saved)
        glib::log::error("recorder", "{} is not kept: {}", job.id, saved.error().message);
    }
  }
  std::vector<std::string> gone;
  for (const auto& [id, job] : jobs_.all()) {
    if (!named.contains(id) && !finisher_.runs(id)) gone.push_back(id);
  }
  for (const auto& id : gone) jobs_.forget(id);
}

void Service::take_removals() {
  std::set<std::string> named;
  for (const auto& removal : removals_) {
    named.insert(removal.id);
    if (storage_->lost() || removed_.contains(removal.id)) continue;
    if (safe_path(removal.path)) remove_recording(storage_->path() / removal.path);
    removed_.insert(removal.id);
    glib::log::info("recorder", "removed {}", removal.path);
  }
  std::erase_if(removed_, [&named](const auto& id) { return !named.contains(id); });
}

std::string Service::url_of(const protocol::RoomJob& room) const {
  return room.url.starts_with('/') ? settings_.server_url + room.url : room.url;
}

void Service::apply_captures() {
  std::map<std::string, CaptureWish> wishes;
  const bool writes = storage_->state() != DiskState::full;
  for (const auto& [name, room] : rooms_) {
    const bool recorded =
        std::any_of(jobs_.all().begin(), jobs_.all().end(), [&name = name](const auto& entry) {
          return entry.second.room == name && entry.second.state == RecordingState::recording;
        });
    if (writes && (recorded || room.rewind_ms > 0))
      wishes.emplace(name, CaptureWish{storage_->segments(name), {url_of(room), room.token}});
  }
  captures_.apply(wishes);
}

void Service::tick() {
  step_jobs();
  take_removals();
}

void Service::step_jobs() {
  bool changed = false;
  const bool full = storage_->state() == DiskState::full;
  for (auto& [id, job] : jobs_.all()) {
    const auto before = job.state;
    step(job, unix_ms(), full);
    if (job.state != before) {
      changed = true;
      (void)jobs_.save(job).has_value();
    }
    const bool due = !retry_at_.contains(id) || retry_at_[id] <= now();
    if (job.state == RecordingState::finishing && due && finisher_.free() && !finisher_.runs(id) &&
        settled(job))
      finish_job(job);
  }
  if (!changed) return;
  apply_captures();
  report_soon();
}

/// Whether all that belongs to the recording is on the disk, and at home.
bool Service::settled(const Job& job) const {
  if (storage_->lost() || away(job.room)) return false;
  const auto* capture = captures_.report(job.room);
  const bool written =
      capture != nullptr ? capture->end_ms && *capture->end_ms >= *job.stop_ms : !captures_.writes(job.room);
  return written || unix_ms() >= *job.stop_ms + kSettleMs;
}

void Service::finish_job(const Job& job) {
  const auto path = free_recording_path(storage_->path(), job.room, job.from_ms);
  const auto output = storage_->path() / path;
  std::error_code error;
  fs::create_directories(output.parent_path(), error);
  glib::log::info("recorder", "finishing {} of {}", job.id, job.room);
  finisher_.start(
      job.id, {storage_->segments(job.room), job.from_ms, *job.stop_ms, output},
      [this, id = job.id](int percent) {
        if (auto found = jobs_.all().find(id); found != jobs_.all().end()) found->second.progress = percent;
      },
      [this, id = job.id, path = path.string()](const Result<Finished>& result) {
        finished(id, path, result);
      });
}

void Service::finished(const std::string& id, const std::string& path, const Result<Finished>& result) {
  auto found = jobs_.all().find(id);
  if (found == jobs_.all().end()) return;
  auto& job = found->second;
  if (!result) {
    failed(job, result.error());
  } else {
    protocol::RecordingResult made{path,
                                   result->start_ms,
                                   static_cast<std::int64_t>(result->duration_ms),
                                   static_cast<std::int64_t>(result->size),
                                   static_cast<std::int64_t>(result->frames),
                                   result->width,
                                   result->height,
                                   result->sha256,
                                   result->thumbnail,
                                   {}};
    for (const auto& gap : result->gaps) made.gaps.push_back({gap.start_ms, gap.end_ms, gap.cause});
    job.result = std::move(made);
    job.state = RecordingState::ready;
    job.progress = 100;
    job.detail = job.cut ? "The recorder's disk was full; it ends there." : "";
    glib::log::info("recorder", "{} of {} is ready: {}", id, job.room, path);
  }
  if (auto saved = jobs_.save(job); !saved)
    glib::log::error("recorder", "{} is not kept: {}", id, saved.error().message);
  report_soon();
}

void Service::failed(Job& job, const Error& error) {
  glib::log::warning("recorder", "{} of {}: {}", job.id, job.room, error.message);
  if (error.code == Errc::not_found) {
    job.state = RecordingState::failed;
    job.detail = "Nothing was received in that time.";
  } else if (error.code == Errc::exhausted) {
    // Not a fault of the recording: it waits for space.
    job.detail = "It is finished when there is space on the recorder's disk.";
    retry_at_[job.id] = now() + kRetry;
  } else if (++tries_[job.id] >= kMaxTries) {
    job.state = RecordingState::failed;
    job.detail = "It could not be finished: " + error.message;
  } else {
    retry_at_[job.id] = now() + kRetry;
  }
}

void Service::upkeep() {
  // Before the server has said what is wanted, nothing is known to be unwanted.
  if (!has_orders_ || storage_->lost()) return;
  for (const auto& room : rooms_below(storage_->path())) tidy(room);
}

void Service::tidy(const std::string& room) {
  std::vector<KeptRange> kept;
  for (const auto& [id, job] : jobs_.all()) {
    if (job.room == room && job.open()) kept.push_back({job.from_ms, job.stop_ms});
  }
  auto found = rooms_.find(room);
  const auto window = found == rooms_.end() ? 0 : found->second.rewind_ms;
  tidy_room(storage_->path() / "segments" / room, window, kept, unix_ms());
}

bool Service::away(const std::string& room) const {
  const auto rooms = rooms_below(storage_->fallback());
  return std::find(rooms.begin(), rooms.end(), room) != rooms.end();
}

/// What was written elsewhere comes home, file by file, once nobody writes there any more.
void Service::bring_home() {
  if (storage_->lost() || storage_->state() == DiskState::full ||
      captures_.writes_below(storage_->fallback() / "segments"))
    return;
  for (const auto& room : rooms_below(storage_->fallback())) {
    auto moved = move_one(storage_->fallback() / "segments" / room, storage_->path() / "segments" / room);
    if (!moved) return glib::log::warning("storage", "nothing is brought home: {}", moved.error().message);
    if (*moved) return;
  }
}

void Service::report_soon() {
  if (!soon_.active()) soon_ = glib::Timer::once(50ms, [this] { report(); });
}

protocol::RoomReport Service::room_report(const protocol::RoomJob& room) {
  protocol::RoomReport report{room.room, protocol::CaptureState::waiting, "", {}, {}};
  if (const auto* capture = captures_.report(room.room)) {
    report.state = static_cast<protocol::CaptureState>(capture->state);
    report.cause = capture->cause;
    report.end_ms = capture->end_ms;
  } else if (storage_->state() == DiskState::full) {
    report.cause = storage_->detail();
  }
  if (room.rewind_ms > 0) {
    if (auto span = files_.index_of(room.room).span(unix_ms() - room.rewind_ms)) {
      report.from_ms = std::max(span->start_ms, unix_ms() - room.rewind_ms);
      report.end_ms = span->end_ms;
    }
  }
  return report;
}

void Service::report() {
  if (!channel_ || !channel_->open()) return;
  protocol::RecorderReport report;
  report.seq = ++seq_;
  report.storage.path = storage_->path().string();
  report.storage.free = storage_->free();
  report.storage.total = storage_->total();
  report.storage.state = to_text(storage_->state());
  report.storage.detail = storage_->detail();
  for (const auto& [name, room] : rooms_) report.rooms.push_back(room_report(room));
  for (const auto& [id, job] : jobs_.all()) report.recordings.push_back(report_of(job));
  report.removed.assign(removed_.begin(), removed_.end());
  channel_->send(report);
}

std::string Service::status_line() const {
  const auto open = std::count_if(jobs_.all().begin(), jobs_.all().end(),
                                  [](const auto& entry) { return entry.second.open(); });
  return fmt::format("{} rooms captured, {} recordings at work, disk {}, server {}", captures_.size(), open,
                     to_text(storage_->state()), channel_ && channel_->open() ? "connected" : "away");
}

}  // namespace classcast::recorder
