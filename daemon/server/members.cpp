// SPDX-License-Identifier: MIT
#include "server/members.hpp"

namespace classcast::server {

namespace {
Relation relation_of(store::Membership membership) {
  return membership == store::Membership::moderator ? Relation::moderator : Relation::member;
}
}  // namespace

void Members::load(const std::vector<store::Room>& rooms, const std::vector<store::Member>& members) {
  for (const auto& room : rooms) rooms_[room.id].owner = room.owner_id;
  for (const auto& member : members) set(member);
}

void Members::set_owner(const RoomId& room, std::optional<std::int64_t> user_id) {
  rooms_[room].owner = user_id;
}

void Members::set(const store::Member& member) {
  rooms_[member.room].members.insert_or_assign(member.user_id, member.membership);
}

void Members::remove(const RoomId& room, std::int64_t user_id) {
  if (auto found = rooms_.find(room); found != rooms_.end()) found->second.members.erase(user_id);
}

void Members::remove_user(std::int64_t user_id) {
  for (auto& [room, entry] : rooms_) {
    entry.members.erase(user_id);
    if (entry.owner == user_id) entry.owner.reset();
  }
}

Relation Members::relation(const RoomId& room, std::int64_t user_id) const {
  auto found = rooms_.find(room);
  if (found == rooms_.end()) return Relation::none;
  if (found->second.owner == user_id) return Relation::owner;
  auto member = found->second.members.find(user_id);
  return member == found->second.members.end() ? Relation::none : relation_of(member->second);
}

bool Members::full(const RoomId& room) const {
  auto found = rooms_.find(room);
  return found != rooms_.end() && found->second.members.size() >= kMaxPerRoom;
}

std::map<std::int64_t, Relation> Members::of(const RoomId& room) const {
  std::map<std::int64_t, Relation> all;
  auto found = rooms_.find(room);
  if (found == rooms_.end()) return all;
  for (const auto& [user, membership] : found->second.members) all.emplace(user, relation_of(membership));
  if (found->second.owner) all.insert_or_assign(*found->second.owner, Relation::owner);
  return all;
}

}  // namespace classcast::server
