// SPDX-License-Identifier: MIT
#include "server/school.hpp"

#include "base/strings.hpp"
#include "server/api.hpp"

#include <algorithm>

namespace classcast::server {

namespace {

const SettingInfo* info_of(std::string_view key) {
  auto all = School::known();
  auto found = std::find_if(all.begin(), all.end(), [key](const auto& one) { return one.key == key; });
  return found == all.end() ? nullptr : &*found;
}

Result<void> check_choice(const SettingInfo& info, std::string_view value) {
  if (std::find(info.choices.begin(), info.choices.end(), value) != info.choices.end()) return {};
  return fail(Errc::invalid, "{} is one of {}.", info.key, fmt::join(info.choices, ", "));
}

Result<void> check_integer(const SettingInfo& info, std::string_view value) {
  auto number = parse_int(value);
  if (number && *number >= info.least && *number <= info.most) return {};
  if (number && *number == 0 && info.or_zero) return {};
  return fail(Errc::invalid, "{} is {}a whole number from {} to {}.", info.key, info.or_zero ? "0 or " : "",
              info.least, info.most);
}

Result<void> check_text(const SettingInfo& info, std::string_view value) {
  if (valid_line(value, static_cast<std::size_t>(info.most))) return {};
  return fail(Errc::invalid, "{} is one line of at most {} characters.", info.key, info.most);
}

}  // namespace

std::span<const SettingInfo> School::known() {
  static const std::vector<SettingInfo> kAll = {
      {"school.name", SettingKind::text, "Classcast", "The school's name, on the sign-in page.", {}, 1, 100},
      {"people.sign_up",
       SettingKind::choice,
       "closed",
       "Who may make an account: open (anybody becomes a student), invitation (whoever has a code), closed "
       "(only administrators make accounts).",
       {"closed", "invitation", "open"}},
      {"people.keep_days",
       SettingKind::integer,
       "0",
       "After how many days without use an account is deleted; 0 never. Accounts of administrators stay.",
       {},
       30,
       3660,
       true},
      {"people.guest_keep_days",
       SettingKind::integer,
       "0",
       "After how many days without use a guest's account is deleted; 0 as any other account.",
       {},
       0,
       3660},
      {"chat.keep_days",
       SettingKind::integer,
       "0",
       "How many days messages in chats are kept, pinned ones too; 0 for ever.",
       {},
       0,
       3660},
      {"chat.seconds_between_messages",
       SettingKind::integer,
       "0",
       "How long a person waits between two messages in a room; 0 for no slow mode. Moderators never wait.",
       {},
       0,
       3600},
      {"diary.keep_days",
       SettingKind::integer,
       "400",
       "How many days the status diary of rooms is kept; 0 for ever.",
       {},
       0,
       3660},
      {"audit.keep_days",
       SettingKind::integer,
       "400",
       "How many days the audit log is kept; 0 for ever.",
       {},
       7,
       3660,
       true},
      {"recording.max_minutes",
       SettingKind::integer,
       "240",
       "How long a recording runs before it stops by itself, in minutes.",
       {},
       1,
       1440},
      {"recording.keep_days",
       SettingKind::integer,
       "0",
       "How many days a recording is kept before it goes to the bin; 0 for ever. A room may have its own "
       "number. "
       "Protected recordings stay.",
       {},
       0,
       3660},
      {"recording.keep_bytes",
       SettingKind::integer,
       "0",
       "How many bytes all recordings together may take, without the bin; the oldest go to the bin first, "
       "protected "
       "ones never. 0 for no limit.",
       {},
       0,
       1LL << 50},
      {"recording.bin_days",
       SettingKind::integer,
       "7",
       "How many days a deleted recording can be restored before its file is removed.",
       {},
       0,
       365},
      {"recording.min_free",
       SettingKind::integer,
       "5000000000",
       "How many bytes stay free on a recorder's disk: below that nothing new is recorded, and what runs is "
       "finished. "
       "A warning comes at twice as much.",
       {},
       0,
       1LL << 50},
      {"rewind.default_minutes",
       SettingKind::integer,
       "0",
       "How far rooms can be rewound that have no number of their own, in minutes; 0 for not at all. A room "
       "that can "
       "be rewound is written to disk all the time.",
       {},
       0,
       1440},
      {"setup.done",
       SettingKind::choice,
       "no",
       "Whether the first set-up was finished; until then the page asks an administrator for it.",
       {"no", "yes"}},
  };
  return kAll;
}

Result<void> School::check(std::string_view key, std::string_view value) {
  const auto* info = info_of(key);
  if (info == nullptr) return fail(Errc::invalid, "There is no setting \"{}\".", printable(key));
  switch (info->kind) {
    case SettingKind::choice:
      return check_choice(*info, value);
    case SettingKind::integer:
      return check_integer(*info, value);
    case SettingKind::text:
      break;
  }
  return check_text(*info, value);
}

void School::load(const std::vector<std::pair<std::string, std::string>>& rows) {
  for (const auto& [key, value] : rows) {
    // A row that a later or earlier program wrote and that means nothing here is left alone.
    if (check(key, value)) values_.insert_or_assign(key, value);
  }
}

std::string School::value(std::string_view key) const {
  if (auto found = values_.find(key); found != values_.end()) return found->second;
  const auto* info = info_of(key);
  return info != nullptr ? std::string(info->otherwise) : std::string();
}

std::int64_t School::number(std::string_view key) const {
  return parse_int(value(key)).value_or(0);
}

std::string_view text(SettingKind kind) {
  switch (kind) {
    case SettingKind::choice:
      return "choice";
    case SettingKind::integer:
      return "integer";
    case SettingKind::text:
      break;
  }
  return "text";
}

}  // namespace classcast::server
