// SPDX-License-Identifier: MIT
#include "recorder/captures.hpp"

#include "glib/log.hpp"
#include "recorder/capture_process.hpp"

#include <algorithm>

namespace classcast::recorder {

namespace {

bool on_loopback(const std::string& url) {
  return url.starts_with("http://127.") || url.starts_with("https://127.") ||
         url.starts_with("http://localhost") || url.starts_with("https://localhost") ||
         url.starts_with("http://[::1]") || url.starts_with("https://[::1]");
}

}  // namespace

void Captures::apply(const std::map<std::string, CaptureWish>& wishes) {
  wishes_ = wishes;
  for (auto& [room, running] : running_) {
    auto wish = wishes_.find(room);
    if (wish == wishes_.end() || wish->second.folder != running.wish.folder) {
      end(room, running);
    } else if (!(wish->second == running.wish)) {
      running.wish = wish->second;
      if (running.child) running.child->write(to_json(running.wish.grant));
    }
  }
  // Those that wait to be started again have no process that could end.
  std::erase_if(running_, [](const auto& entry) { return entry.second.ending && !entry.second.child; });
  for (const auto& [room, wish] : wishes_) {
    if (running_.contains(room)) continue;
    auto& running = running_[room];
    running.wish = wish;
    start(room, running);
  }
}

void Captures::start(const std::string& room, Running& running) {
  std::vector<std::string> arguments = {"--capture", running.wish.folder.string()};
  if (!ca_file_.empty() && running.wish.grant.url.starts_with("https:"))
    arguments.insert(arguments.end(), {"--ca-file", ca_file_});
  if (on_loopback(running.wish.grant.url)) arguments.emplace_back("--loopback");
  running.report = {};
  running.started = now();
  auto child = Child::start(arguments, {[this, room](std::string_view line) { heard(room, line); },
                                        [this, room](bool, const std::string& why) { ended(room, why); }});
  if (!child) {
    glib::log::error("capture", "{}: {}", room, child.error().message);
    running.again = glib::Timer::once(kLongestPause, [this, room] { start(room, running_[room]); });
    return;
  }
  running.child = std::move(*child);
  running.child->write(to_json(running.wish.grant));
  watch(room, running, kHang);
}

void Captures::watch(const std::string& room, Running& running, Duration limit) {
  running.hang = glib::Timer::once(limit, [this, room] {
    glib::log::warning("capture", "{}: the process hangs and is ended", room);
    if (auto& child = running_[room].child) child->kill();
  });
}

void Captures::heard(const std::string& room, std::string_view line) {
  auto& running = running_[room];
  auto report = parse_report(line);
  if (!report) return glib::log::warning("capture", "{}: {}", room, report.error().message);
  const bool news = report->state != running.report.state || report->cause != running.report.cause;
  running.report = std::move(*report);
  if (!running.ending) watch(room, running, kHang);
  if (news && on_changed) on_changed();
}

void Captures::ended(const std::string& room, const std::string& why) {
  auto& running = running_[room];
  running.hang.cancel();
  // We are inside a callback of the child.
  glib::post([child = std::shared_ptr<Child>(std::move(running.child))] {});
  const bool wanted = wishes_.contains(room);
  if (running.ending || !wanted) {
    running_.erase(room);
    if (wanted) {
      auto& anew = running_[room];
      anew.wish = wishes_[room];
      start(room, anew);
    }
    if (on_changed) on_changed();
    return;
  }
  running.pause = now() - running.started > kLongestPause
                      ? kFirstPause
                      : std::min<Duration>(2 * running.pause, kLongestPause);
  glib::log::warning("capture", "{}: the process is started again: {}", room, why);
  running.report.state = CaptureState::failed;
  running.report.cause = "the recording process of this room ended; it is started again";
  running.again = glib::Timer::once(running.pause, [this, room] { start(room, running_[room]); });
  if (on_changed) on_changed();
}

void Captures::end(const std::string& room, Running& running) {
  if (running.ending) return;
  running.ending = true;
  running.again.cancel();
  if (!running.child) return;
  running.child->end_input();
  watch(room, running, kFarewell);
}

const CaptureReport* Captures::report(const std::string& room) const {
  auto found = running_.find(room);
  return found == running_.end() || found->second.ending ? nullptr : &found->second.report;
}

bool Captures::writes(const std::string& room) const {
  auto found = running_.find(room);
  return found != running_.end() && found->second.child != nullptr;
}

bool Captures::writes_below(const std::filesystem::path& root) const {
  return std::any_of(running_.begin(), running_.end(), [&root](const auto& entry) {
    return entry.second.wish.folder.string().starts_with(root.string() + "/");
  });
}

}  // namespace classcast::recorder
