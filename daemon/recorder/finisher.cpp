// SPDX-License-Identifier: MIT
#include "recorder/finisher.hpp"

#include "recorder/finish_process.hpp"

#include <utility>

namespace classcast::recorder {

void Finisher::start(const std::string& id, const FinishJob& job, Told told, Done done) {
  auto& running = running_[id];
  running.told = std::move(told);
  running.done = std::move(done);
  auto child = Child::start({"--finish"}, {[this, id](std::string_view line) { heard(id, line); },
                                           [this, id](bool, const std::string&) { ended(id); }});
  if (!child) {
    running.result = fail(child);
    running.hang = glib::Timer::once(1s, [this, id] { ended(id); });
    return;
  }
  running.child = std::move(*child);
  running.child->write(to_json(job));
  watch(id, running);
}

void Finisher::watch(const std::string& id, Running& running) {
  running.hang = glib::Timer::once(kHang, [this, id] {
    if (auto& child = running_[id].child) child->kill();
  });
}

void Finisher::heard(const std::string& id, std::string_view line) {
  auto& running = running_[id];
  auto read = parse_finish_line(line);
  if (!read) return;
  watch(id, running);
  if (const auto* percent = std::get_if<int>(&*read)) return running.told(*percent);
  if (auto* finished = std::get_if<Finished>(&*read)) {
    running.result = std::move(*finished);
  } else {
    running.result = tl::make_unexpected(std::get<Error>(*read));
  }
}

void Finisher::ended(const std::string& id) {
  auto node = running_.extract(id);
  if (!node) return;
  auto running = std::make_shared<Running>(std::move(node.mapped()));
  running->hang.cancel();
  // We may be inside a callback of the child.
  glib::post([running] {});
  running->done(std::move(running->result));
}

}  // namespace classcast::recorder
