// SPDX-License-Identifier: MIT
// ChatRoom: the pages that follow one room's chat. Tells them what changed, several changes together when
// they come fast, and who is there.
#pragma once

#include "glib/source.hpp"
#include "protocol/json.hpp"
#include "server/page.hpp"
#include "store/messages.hpp"

#include <map>
#include <string>
#include <vector>

namespace classcast::server {

class ChatRoom {
 public:
  /// A crowd is told of several messages at once: so long per page, at most kMaxPause.
  static constexpr Duration kPausePerPage = 40us;
  static constexpr Duration kMaxPause = 40ms;
  static constexpr Duration kPresencePause = 1s;
  /// With more people only their number is told.
  static constexpr std::size_t kMaxListed = 200;
  static constexpr Throttle::Rate kTypingRate = {1, 2s};

  explicit ChatRoom(RoomId id) : id_(std::move(id)) {}

  void join(Page& page);
  void leave(const Page& page);
  [[nodiscard]] bool empty() const { return pages_.empty(); }
  [[nodiscard]] const std::map<std::uint64_t, Page*>& pages() const { return pages_; }

  void tell(const std::vector<store::Message>& messages);
  /// Passed on to the others, at most every 2 s per person.
  void typing(const Page& page);
  void send(const std::string& text);
  /// The people who are there, for somebody who joins.
  void write_people(protocol::JsonWriter& writer) const;

 private:
  struct Person {
    std::string name;
    int pages = 0;
  };

  void flush();
  void tell_presence();

  RoomId id_;
  std::map<std::uint64_t, Page*> pages_;
  std::map<std::int64_t, Person> people_;
  std::map<std::int64_t, std::string> joined_;
  std::map<std::int64_t, std::string> left_;
  std::vector<store::Message> news_;
  Instant told_at_;
  glib::Timer later_;
  glib::Timer presence_;
  Throttle typing_{kTypingRate, kMaxListed};
};

}  // namespace classcast::server
