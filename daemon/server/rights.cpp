// SPDX-License-Identifier: MIT
#include "server/rights.hpp"

#include <algorithm>
#include <iterator>

namespace classcast::server {

namespace {

using store::Role;

/// Who has a right; administrators have all of them.
struct Row {
  Right right;
  std::string_view name;
  /// Whether a principal has it in every room.
  bool principal;
  /// The least relation that has it.
  Relation least;
  /// Whether a guest who is a member has it.
  bool guest;
  /// Whether only administrators have it.
  bool administration;
};

constexpr std::array<Row, 11> kTable = {{
    {Right::see, "see", true, Relation::member, true, false},
    {Right::watch, "watch", true, Relation::member, true, false},
    {Right::read, "read", true, Relation::member, true, false},
    {Right::write, "write", true, Relation::member, false, false},
    {Right::moderate, "moderate", true, Relation::moderator, false, false},
    {Right::publish, "publish", false, Relation::moderator, false, false},
    {Right::record, "record", true, Relation::owner, false, false},
    {Right::diary, "diary", true, Relation::moderator, false, false},
    {Right::edit, "edit", false, Relation::owner, false, false},
    {Right::own, "own", false, Relation::owner, false, false},
    {Right::device, "device", false, Relation::owner, false, true},
}};

/// Students and guests are never more than members, whatever a list says.
Relation effective(Role role, Relation relation) {
  bool plain = role == Role::student || role == Role::guest;
  return plain ? std::min(relation, Relation::member) : relation;
}

const Row& row_of(Right right) {
  return kTable[static_cast<std::size_t>(right)];
}

}  // namespace

bool allowed(Right right, Role role, Relation relation) {
  const auto& row = row_of(right);
  if (role == Role::admin) return true;
  if (row.administration) return false;
  if (role == Role::principal && row.principal) return true;
  if (role == Role::guest && !row.guest) return false;
  auto is = effective(role, relation);
  return is != Relation::none && is >= row.least;
}

std::string_view text(Right right) {
  return row_of(right).name;
}

std::string_view text(Relation relation) {
  constexpr std::array<std::string_view, 4> kNames = {"none", "member", "moderator", "owner"};
  return kNames[static_cast<std::size_t>(relation)];
}

std::vector<Right> rights_of(Role role, Relation relation) {
  std::vector<Right> rights;
  std::copy_if(kAllRights.begin(), kAllRights.end(), std::back_inserter(rights),
               [&](Right right) { return allowed(right, role, relation); });
  return rights;
}

}  // namespace classcast::server
