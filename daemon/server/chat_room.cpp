// SPDX-License-Identifier: MIT
#include "server/chat_room.hpp"

#include "protocol/json.hpp"
#include "server/chat.hpp"

#include <algorithm>

namespace classcast::server {

using protocol::JsonWriter;

namespace {

void write_present(JsonWriter& writer, const std::pair<const std::int64_t, std::string>& person) {
  writer.integer("id", person.first).text("name", person.second);
}

}  // namespace

void ChatRoom::join(Page& page) {
  if (!pages_.emplace(page.id, &page).second) return;
  auto& person = people_[page.who.user_id];
  person.name = page.who.user_name;
  if (++person.pages > 1) return;
  left_.erase(page.who.user_id);
  joined_.insert_or_assign(page.who.user_id, person.name);
  if (!presence_.active()) presence_ = glib::Timer::once(kPresencePause, [this] { tell_presence(); });
}

void ChatRoom::leave(const Page& page) {
  if (pages_.erase(page.id) == 0) return;
  auto found = people_.find(page.who.user_id);
  if (found == people_.end() || --found->second.pages > 0) return;
  if (joined_.erase(page.who.user_id) == 0) left_.insert_or_assign(page.who.user_id, found->second.name);
  people_.erase(found);
  if (!presence_.active()) presence_ = glib::Timer::once(kPresencePause, [this] { tell_presence(); });
}

void ChatRoom::tell(const std::vector<store::Message>& messages) {
  if (pages_.empty()) return;
  news_.insert(news_.end(), messages.begin(), messages.end());
  if (later_.active()) return;
  auto pause = std::min<Duration>(kMaxPause, kPausePerPage * pages_.size());
  auto due = told_at_ + pause;
  if (now() >= due) return flush();
  later_ = glib::Timer::once(due - now(), [this] { flush(); });
}

void ChatRoom::flush() {
  if (news_.empty()) return;
  JsonWriter writer;
  writer.text("type", "messages").text("room", id_.text()).objects("messages", news_, write_message);
  news_.clear();
  send(writer.finish());
  told_at_ = now();
}

void ChatRoom::send(const std::string& text) {
  auto shared = std::make_shared<const std::string>(text);
  for (auto& [id, page] : pages_) page->socket->send(shared);
}

void ChatRoom::typing(const Page& page) {
  if (typing_.take(std::to_string(page.who.user_id), now())) return;
  JsonWriter writer;
  writer.text("type", "typing").text("room", id_.text());
  writer.object(
      "user", [&page](JsonWriter& w) { w.integer("id", page.who.user_id).text("name", page.who.user_name); });
  auto shared = std::make_shared<const std::string>(writer.finish());
  for (auto& [id, other] : pages_) {
    if (other->who.user_id != page.who.user_id) other->socket->send(shared);
  }
}

void ChatRoom::tell_presence() {
  bool listed = people_.size() <= kMaxListed;
  if (!listed) {
    joined_.clear();
    left_.clear();
  }
  JsonWriter writer;
  writer.text("type", "presence").text("room", id_.text());
  writer.integer("count", static_cast<std::int64_t>(people_.size()));
  writer.objects("joined", joined_, write_present).objects("left", left_, write_present);
  joined_.clear();
  left_.clear();
  send(writer.finish());
}

void ChatRoom::write_people(JsonWriter& writer) const {
  std::map<std::int64_t, std::string> listed;
  if (people_.size() <= kMaxListed) {
    for (const auto& [id, person] : people_) listed.emplace(id, person.name);
  }
  writer.integer("count", static_cast<std::int64_t>(people_.size())).objects("people", listed, write_present);
}

}  // namespace classcast::server
