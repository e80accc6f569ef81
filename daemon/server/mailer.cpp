// SPDX-License-Identifier: MIT
#include "server/mailer.hpp"

#include "base/random.hpp"
#include "glib/log.hpp"

#include <algorithm>
#include <utility>

namespace classcast::server {

namespace {

constexpr std::size_t kIdBytes = 16;

}  // namespace

Mailer::Mailer(Executor post_back, Transport transport, std::vector<Duration> pauses)
    : post_back_(std::move(post_back)),
      transport_(std::move(transport)),
      pauses_(std::move(pauses)),
      thread_([this] { loop(); }) {}

Mailer::~Mailer() {
  std::size_t lost = 0;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    lost = queue_.size();
  }
  wake_.notify_all();
  thread_.join();
  if (lost > 0) glib::log::warning("mail", "{} mails were not sent before the end", lost);
}

void Mailer::configure(MailSettings settings) {
  std::lock_guard lock(mutex_);
  settings_ = std::move(settings);
}

bool Mailer::enabled() const {
  std::lock_guard lock(mutex_);
  return settings_.enabled();
}

std::size_t Mailer::queued() const {
  std::lock_guard lock(mutex_);
  return queue_.size() + (busy_ ? 1 : 0);
}

Result<void> Mailer::send(Mail mail, const std::string& school) {
  return enqueue({std::move(mail), school, 0, now(), {}});
}

Result<void> Mailer::try_once(Mail mail, const std::string& school, Done done) {
  return enqueue({std::move(mail), school, 0, now(), std::move(done)});
}

Result<void> Mailer::enqueue(Job job) {
  {
    std::lock_guard lock(mutex_);
    if (!settings_.enabled())
      return fail(Errc::conflict, "This server sends no mail: [mail] in server.conf names no mail server.");
    if (queue_.size() >= kMaxQueued) return fail(Errc::exhausted, "Too many mails are waiting; try later.");
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  return {};
}

void Mailer::loop() {
  Job job;
  MailSettings settings;
  while (take(job, settings)) {
    attempt(std::move(job), settings);
    std::lock_guard lock(mutex_);
    busy_ = false;
  }
}

bool Mailer::take(Job& job, MailSettings& settings) {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    auto next = std::min_element(queue_.begin(), queue_.end(),
                                 [](const Job& a, const Job& b) { return a.due < b.due; });
    if (next == queue_.end()) {
      wake_.wait(lock);
    } else if (next->due > now()) {
      wake_.wait_until(lock, next->due);
    } else {
      job = std::move(*next);
      queue_.erase(next);
      settings = settings_;
      busy_ = true;
      return true;
    }
  }
  return false;
}

void Mailer::attempt(Job job, const MailSettings& settings) {
  auto text = mail_text(job.mail, {settings.from, job.school, unix_ms(), random_hex(kIdBytes)});
  auto result = settings.enabled() ? transport_(settings, job.mail.to, text, stopping_)
                                   : fail(Errc::conflict, "mail was switched off");
  if (result) ++sent_;
  bool again = !result && !job.done && result.error().code == Errc::unavailable && job.tries < pauses_.size();
  if (again) return try_later(std::move(job), result.error().message);
  if (!result) ++failed_;
  if (job.done) return post_back_([done = std::move(job.done), result] { done(result); });
  if (!result) glib::log::error("mail", "a mail is given up: {}", result.error().message);
}

void Mailer::try_later(Job job, const std::string& why) {
  job.due = now() + pauses_[job.tries];
  job.tries += 1;
  glib::log::warning("mail", "a mail is tried again in {} s: {}",
                     std::chrono::duration_cast<std::chrono::seconds>(job.due - now()).count(), why);
  std::lock_guard lock(mutex_);
  queue_.push_back(std::move(job));
}

}  // namespace classcast::server
