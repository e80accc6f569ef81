// SPDX-License-Identifier: MIT
#include "server/chat.hpp"

#include "base/strings.hpp"
#include "protocol/json.hpp"
#include "server/api.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>

namespace classcast::server {

namespace {

constexpr std::size_t kMaxClientId = 64;

Result<std::vector<Result<store::StoredMessage>>> store_together(
    store::Database& database, const std::vector<store::NewMessage>& messages) {
  auto transaction = store::Transaction::begin(database);
  if (!transaction) return fail(transaction);
  std::vector<Result<store::StoredMessage>> stored;
  stored.reserve(messages.size());
  for (const auto& message : messages) {
    auto one = store::add_message(database, message, unix_ms());
    if (!one) return fail(one);
    stored.emplace_back(std::move(*one));
  }
  if (auto committed = transaction->commit(); !committed) return fail(committed);
  return stored;
}

/// One bad message (its room or author is gone) must not take the others with it.
std::vector<Result<store::StoredMessage>> store_one_by_one(store::Database& database,
                                                           const std::vector<store::NewMessage>& messages) {
  std::vector<Result<store::StoredMessage>> stored;
  stored.reserve(messages.size());
  for (const auto& message : messages) {
    auto alone = store_together(database, {message});
    stored.push_back(alone ? std::move(alone->front()) : Result<store::StoredMessage>(fail(alone)));
  }
  return stored;
}

Result<std::vector<Result<store::StoredMessage>>> store_all(store::Database& database,
                                                            const std::vector<store::NewMessage>& messages) {
  auto together = store_together(database, messages);
  if (together || together.error().code == Errc::unavailable) return together;
  return store_one_by_one(database, messages);
}

Result<store::Message> in_transaction(
    store::Database& database, const std::function<Result<store::Message>(store::Database&)>& request) {
  auto transaction = store::Transaction::begin(database);
  if (!transaction) return fail(transaction);
  auto message = request(database);
  if (!message) return message;
  if (auto committed = transaction->commit(); !committed) return fail(committed);
  return message;
}

}  // namespace

void write_message(protocol::JsonWriter& writer, const store::Message& message) {
  writer.integer("id", message.id).integer("seq", message.seq);
  writer.object("author", [&message](protocol::JsonWriter& w) {
    w.integer("id", message.author_id).text("name", message.author_name);
  });
  writer.text("client_id", message.client_id).text("text", message.text);
  writer.integer("created_ms", message.created_ms).integer("edited_ms", message.edited_ms);
  writer.integer("deleted_ms", message.deleted_ms);
  if (!message.deleted_by.empty()) writer.text("deleted_by", message.deleted_by);
  if (message.pinned) writer.boolean("pinned", true);
}

std::string to_json(const store::Message& message) {
  protocol::JsonWriter writer;
  write_message(writer, message);
  return writer.finish();
}

Result<std::string> readable_message(std::string_view text) {
  auto trimmed = trim(text);
  if (trimmed.empty()) return fail(Errc::invalid, "A message needs some text.");
  if (characters(trimmed) > Chat::kMaxCharacters) {
    return fail(Errc::exhausted, "A message has at most {} characters; this one has {}.",
                Chat::kMaxCharacters, characters(trimmed));
  }
  return std::string(trimmed);
}

bool valid_client_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxClientId &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; });
}

std::optional<Duration> Chat::must_wait(const RoomId& room, const Speaker& speaker) {
  if (auto wait = rate_.take(std::to_string(speaker.user_id), now())) return wait;
  auto pause = std::chrono::seconds(school_.number("chat.seconds_between_messages"));
  if (pause == 0s || speaker.moderator) return std::nullopt;
  std::erase_if(slowed_, [](const auto& entry) { return entry.second <= now(); });
  auto [found, is_new] =
      slowed_.try_emplace(fmt::format("{} {}", room.text(), speaker.user_id), now() + pause);
  if (is_new) return std::nullopt;
  return found->second - now();
}

Result<void> Chat::writable(const RoomId& room) const {
  const auto* record = rooms_.record(room);
  if (record == nullptr) return fail(Errc::not_found, "There is no such room.");
  if (record->archived) return fail(Errc::conflict, "The room is archived; nothing can be written there.");
  return {};
}

void Chat::send(const RoomId& room, const Speaker& speaker, std::string client_id, std::string text,
                Done done) {
  if (auto open = writable(room); !open) return done(fail(open));
  if (waiting_.size() >= kMaxWaiting)
    return done(fail(Errc::unavailable, "The database is too busy; send it again."));
  waiting_.push_back(
      {{room, speaker.user_id, speaker.name, std::move(client_id), std::move(text)}, std::move(done)});
  if (!busy_) flush();
}

void Chat::flush() {
  if (waiting_.empty()) return;
  busy_ = true;
  auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kMaxBatch));
  std::vector<Waiting> batch(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  std::vector<store::NewMessage> messages;
  messages.reserve(batch.size());
  for (const auto& one : batch) messages.push_back(one.message);
  store_.run(
      [messages = std::move(messages)](store::Database& database) { return store_all(database, messages); },
      scope_.guard([this, batch = std::move(batch)](const Result<Batch>& result) mutable {
        stored(std::move(batch), result);
      }));
}

void Chat::stored(std::vector<Waiting> batch, const Result<Batch>& result) {
  std::map<RoomId, std::vector<store::Message>> news;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    bool is_new = result && (*result)[i] && (*result)[i]->is_new;
    if (is_new) news[batch[i].message.room].push_back((*result)[i]->message);
    if (is_new) ++stored_;
  }
  for (auto& [room, messages] : news) on_changed(room, messages);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!result) {
      batch[i].done(fail(result));
    } else if (const auto& one = (*result)[i]; one) {
      batch[i].done(one->message);
    } else {
      batch[i].done(fail(one));
    }
  }
  busy_ = false;
  flush();
}

void Chat::change(const RoomId& room, std::function<Result<store::Message>(store::Database&)> request,
                  Done done) {
  if (auto open = writable(room); !open) return done(fail(open));
  store_.run(
      [request = std::move(request)](store::Database& database) { return in_transaction(database, request); },
      scope_.guard([this, room, done = std::move(done)](const Result<store::Message>& message) {
        if (message) on_changed(room, {*message});
        done(message);
      }));
}

void Chat::edit(const RoomId& room, const Speaker& speaker, std::int64_t id, std::string text, Done done) {
  change(
      room,
      [room, id, user = speaker.user_id, text = std::move(text)](store::Database& database) {
        return store::edit_message(database, room, id, user, text, unix_ms());
      },
      std::move(done));
}

void Chat::remove(const RoomId& room, const Speaker& speaker, std::int64_t id, Done done) {
  store::Deletion deletion{speaker.user_id, speaker.name, speaker.moderator};
  change(
      room,
      [room, id, deletion](store::Database& database) {
        return store::delete_message(database, room, id, deletion, unix_ms());
      },
      std::move(done));
}

void Chat::pin(const RoomId& room, std::int64_t id, bool pin, Done done) {
  if (auto open = writable(room); !open) return done(fail(open));
  using Changed = std::vector<store::Message>;
  store_.run(
      [room, id, pin](store::Database& database) -> Result<Changed> {
        auto transaction = store::Transaction::begin(database);
        if (!transaction) return fail(transaction);
        auto changed = store::pin_message(database, room, id, pin, unix_ms());
        if (!changed) return changed;
        if (auto committed = transaction->commit(); !committed) return fail(committed);
        return changed;
      },
      scope_.guard([this, room, id, done = std::move(done)](const Result<Changed>& changed) {
        if (!changed) return done(fail(changed));
        if (!changed->empty()) on_changed(room, *changed);
        done(changed->empty() ? store::Message{id, 0, 0, {}, {}, {}, 0} : changed->back());
      }));
}

}  // namespace classcast::server
