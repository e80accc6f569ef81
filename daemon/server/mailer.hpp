// SPDX-License-Identifier: MIT
// Mailer: a bounded queue of mails and the one thread that sends them.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "server/mail.hpp"
#include "server/mail_settings.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace classcast::server {

class Mailer {
 public:
  using Work = std::function<void()>;
  using Executor = std::function<void(Work)>;
  using Done = std::function<void(const Result<void>&)>;
  /// Sends one mail and may block; runs on the mailer's thread. send_by_smtp outside of tests.
  using Transport = std::function<Result<void>(const MailSettings&, const std::string& to,
                                               const std::string& text, const std::atomic<bool>& stop)>;
  static constexpr std::size_t kMaxQueued = 200;
  /// Between the tries of a mail that the mail server could not take.
  static constexpr Duration kDefaultPauses[] = {5s, 30s, 5min};

  Mailer(Executor post_back, Transport transport,
         std::vector<Duration> pauses = {std::begin(kDefaultPauses), std::end(kDefaultPauses)});
  Mailer(const Mailer&) = delete;
  Mailer& operator=(const Mailer&) = delete;
  /// Mails that were not sent are lost; the journal says how many.
  ~Mailer();

  /// What counts from the next try on.
  void configure(MailSettings settings);
  [[nodiscard]] bool enabled() const;

  /// Never blocks. Tried again when it may work later; what fails for good is logged without the text.
  /// Errc::conflict: no mail server is set. Errc::exhausted: kMaxQueued wait already.
  Result<void> send(Mail mail, const std::string& school);
  /// Tried once; `done` comes through the executor, unless send() itself fails.
  Result<void> try_once(Mail mail, const std::string& school, Done done);

  [[nodiscard]] std::size_t queued() const;
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t failed() const { return failed_; }

 private:
  struct Job {
    Mail mail;
    std::string school;
    std::size_t tries = 0;
    Instant due;
    /// Set: one try only, and this wants to know.
    Done done;
  };

  Result<void> enqueue(Job job);
  void loop();
  /// The next that is due; waits for it. False: the end.
  bool take(Job& job, MailSettings& settings);
  void attempt(Job job, const MailSettings& settings);
  void try_later(Job job, const std::string& why);

  Executor post_back_;
  Transport transport_;
  std::vector<Duration> pauses_;
  mutable std::mutex mutex_;  // protects settings_, queue_ and busy_
  std::condition_variable wake_;
  MailSettings settings_;
  std::deque<Job> queue_;
  bool busy_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint64_t> sent_ = 0;
  std::atomic<std::uint64_t> failed_ = 0;
  std::thread thread_;
};

}  // namespace classcast::server
