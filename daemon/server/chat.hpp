// SPDX-License-Identifier: MIT
// Chat: writes what people say, many messages in one transaction when they come fast, and tells what changed
// in the order in which it was stored.
#pragma once

#include "glib/scope.hpp"
#include "protocol/json.hpp"
#include "server/rooms.hpp"
#include "server/school.hpp"
#include "server/throttle.hpp"
#include "store/messages.hpp"
#include "store/thread.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::server {

/// A message as the API and the channel show it.
void write_message(protocol::JsonWriter& writer, const store::Message& message);
std::string to_json(const store::Message& message);

/// What may be sent: trimmed, not empty, at most Chat::kMaxCharacters. Errc::exhausted: too long.
Result<std::string> readable_message(std::string_view text);
/// 1 to 64 of A-Z a-z 0-9 _ -
bool valid_client_id(std::string_view text);

/// Who acts, and whether as a moderator.
struct Speaker {
  std::int64_t user_id = 0;
  std::string name;
  bool moderator = false;
};

class Chat {
 public:
  static constexpr std::size_t kMaxCharacters = 2000;
  /// Messages on their way to the database; more are refused.
  static constexpr std::size_t kMaxWaiting = 1000;
  static constexpr std::size_t kMaxBatch = 200;
  /// Messages and changes of one person.
  static constexpr Throttle::Rate kRate = {10, 500ms};
  static constexpr std::size_t kMaxThrottled = 20'000;

  using Done = std::function<void(const Result<store::Message>&)>;

  Chat(store::StoreThread& store, Rooms& rooms, const School& school)
      : store_(store), rooms_(rooms), school_(school) {}

  /// Every change, in the order of `seq`.
  std::function<void(const RoomId&, const std::vector<store::Message>&)> on_changed;

  /// How long this person must wait before speaking in this room; nullopt: now.
  std::optional<Duration> must_wait(const RoomId& room, const Speaker& speaker);
  /// Errc::conflict: the room is archived. Errc::exhausted: too long, or the database is too busy.
  void send(const RoomId& room, const Speaker& speaker, std::string client_id, std::string text, Done done);
  void edit(const RoomId& room, const Speaker& speaker, std::int64_t id, std::string text, Done done);
  void remove(const RoomId& room, const Speaker& speaker, std::int64_t id, Done done);
  void pin(const RoomId& room, std::int64_t id, bool pin, Done done);
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  [[nodiscard]] std::uint64_t stored() const { return stored_; }

 private:
  struct Waiting {
    store::NewMessage message;
    Done done;
  };
  using Batch = std::vector<Result<store::StoredMessage>>;

  [[nodiscard]] Result<void> writable(const RoomId& room) const;
  void flush();
  void stored(std::vector<Waiting> batch, const Result<Batch>& result);
  /// One change in a transaction of its own.
  void change(const RoomId& room, std::function<Result<store::Message>(store::Database&)> request, Done done);

  store::StoreThread& store_;
  Rooms& rooms_;
  const School& school_;
  Throttle rate_{kRate, kMaxThrottled};
  std::map<std::string, Instant, std::less<>> slowed_;
  std::vector<Waiting> waiting_;
  bool busy_ = false;
  std::uint64_t stored_ = 0;
  glib::Scope scope_;
};

}  // namespace classcast::server
