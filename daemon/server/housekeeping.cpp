// SPDX-License-Identifier: MIT
#include "server/housekeeping.hpp"

#include "glib/log.hpp"
#include "store/audit.hpp"
#include "store/diary.hpp"
#include "store/invitations.hpp"

namespace classcast::server {

namespace {

constexpr std::int64_t kHousekeepingDayMs = 24LL * 3600 * 1000;

void tell(const Error& error) {
  glib::log::warning("store", "cannot remove old rows: {}", error.message);
}

}  // namespace

void Housekeeping::start() {
  clean_up();
  timer_ = glib::Timer::every(kInterval, [this] { clean_up(); });
}

void Housekeeping::clean_up() {
  forget_rows();
  if (auto before = before_ms("chat.keep_days"); before > 0) forget_messages(before);
  forget_people();
}

std::int64_t Housekeeping::before_ms(std::string_view setting) const {
  auto days = parts_.school.number(setting);
  return days > 0 ? unix_ms() - days * kHousekeepingDayMs : 0;
}

void Housekeeping::forget_rows() {
  parts_.store.run(
      [diary_before = before_ms("diary.keep_days"),
       audit_before = before_ms("audit.keep_days")](store::Database& database) -> Result<void> {
        auto diary = store::remove_old_diary(database, diary_before);
        if (!diary) return fail(diary);
        auto audit = store::remove_old_audit(database, audit_before);
        if (!audit) return fail(audit);
        auto keys = store::remove_expired_keys(database, unix_ms() - kHousekeepingDayMs);
        if (!keys) return fail(keys);
        return {};
      },
      [](const Result<void>& result) {
        if (!result) tell(result.error());
      });
}

void Housekeeping::forget_messages(std::int64_t before_ms) {
  parts_.store.run(
      [before_ms](store::Database& database) {
        return store::remove_old_messages(database, before_ms, kMessagesAtATime);
      },
      scope_.guard([this, before_ms](const Result<std::int64_t>& removed) {
        if (!removed) return tell(removed.error());
        if (*removed >= kMessagesAtATime) forget_messages(before_ms);
      }));
}

void Housekeeping::forget_people() {
  store::InactiveSince since{before_ms("people.keep_days"), before_ms("people.guest_keep_days")};
  if (since.anybody_ms == 0 && since.guests_ms == 0) return;
  parts_.store.run([since](store::Database& database) { return store::remove_inactive(database, since); },
                   scope_.guard([this](const Result<std::vector<store::ForgottenPerson>>& gone) {
                     if (!gone) return tell(gone.error());
                     forgotten(*gone);
                   }));
}

void Housekeeping::forgotten(const std::vector<store::ForgottenPerson>& people) {
  for (const auto& person : people) {
    parts_.sessions.remove_of_user(person.id);
    parts_.tokens.remove_of_user(person.id);
    parts_.members.remove_user(person.id);
    parts_.audit.note({0, unix_ms(), {}, "", "user.expire", "", person.name, ""});
  }
}

}  // namespace classcast::server
