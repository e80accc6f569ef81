// SPDX-License-Identifier: MIT
// Sessions: who is signed in. The table in memory answers at once; the database holds the same, so that a
// restart of the server signs nobody out.
#pragma once

#include "store/sessions.hpp"
#include "store/users.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace classcast::server {

/// SHA-256 as lower-case hex: how cookies and device credentials are kept.
std::string sha256_hex(std::string_view text);

/// Under which name a person's session opens media at the relay, and what is above all of a person's.
std::string media_subject(const store::Session& session);
std::string media_subject(std::int64_t user_id);

class Sessions {
 public:
  static constexpr const char* kCookie = "__Host-classcast";
  static constexpr std::int64_t kIdleMs = 12LL * 3600 * 1000;
  static constexpr std::int64_t kAbsoluteMs = 7LL * 24 * 3600 * 1000;
  /// The last use is written to the database at most this often.
  static constexpr std::int64_t kTouchMs = 5LL * 60 * 1000;
  static constexpr std::size_t kMaxSessions = 50'000;
  /// A person's oldest session ends when one more is opened.
  static constexpr std::size_t kMaxSessionsPerUser = 50;

  struct Opened {
    store::Session session;
    /// The cookie's value; only its hash is kept.
    std::string token;
  };

  /// Called with a session that ended, whatever the reason.
  std::function<void(const store::Session&)> on_ended;
  /// Called when the last use of a session should be written down.
  std::function<void(const store::Session&)> on_touched;

  /// A new session, not yet in the table: add() it once the database has it.
  static Opened open(const store::User& user, std::int64_t now_ms);
  /// Returns the hashes of sessions that had to end for it.
  std::vector<std::string> add(store::Session session);
  /// nullptr for an unknown or ended session. Counts as use.
  const store::Session* find(std::string_view token, std::int64_t now_ms);
  [[nodiscard]] bool contains(const std::string& token_hash) const { return sessions_.contains(token_hash); }
  /// Does not count as use.
  [[nodiscard]] const store::Session* by_hash(const std::string& token_hash) const {
    auto found = sessions_.find(token_hash);
    return found == sessions_.end() ? nullptr : &found->second;
  }
  void touch(const std::string& token_hash, std::int64_t now_ms);
  void remove(const std::string& token_hash);
  /// Ends all of a person, but for one; returns how many.
  std::size_t remove_of_user(std::int64_t user_id, const std::string& except = {});
  [[nodiscard]] std::vector<store::Session> list_of_user(std::int64_t user_id) const;
  /// A person's name or role changed.
  void update_user(std::int64_t user_id, const std::string& name, store::Role role);
  /// Ends what is too old.
  void expire(std::int64_t now_ms);
  [[nodiscard]] std::size_t size() const { return sessions_.size(); }
  [[nodiscard]] bool full() const { return sessions_.size() >= kMaxSessions; }

 private:
  [[nodiscard]] static bool ended(const store::Session& session, std::int64_t now_ms);
  [[nodiscard]] std::vector<const store::Session*> of_user(std::int64_t user_id) const;

  std::unordered_map<std::string, store::Session> sessions_;
};

/// The value of a cookie in a Cookie header (RFC 6265 §5.4); empty when it is not there.
std::string_view cookie_value(std::string_view header, std::string_view name);

}  // namespace classcast::server
