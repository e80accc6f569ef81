// SPDX-License-Identifier: MIT
// Rights: the one table of who may do what in a room (docs/ref/protocol.md §6). Pure.
#pragma once

#include "store/role.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace classcast::server {

enum class Right { see, watch, read, write, moderate, publish, record, diary, edit, own, device };
/// What a person is to a room.
enum class Relation { none, member, moderator, owner };

inline constexpr std::array<Right, 11> kAllRights = {
    Right::see,    Right::watch, Right::read, Right::write, Right::moderate, Right::publish,
    Right::record, Right::diary, Right::edit, Right::own,   Right::device,
};

bool allowed(Right right, store::Role role, Relation relation);
std::string_view text(Right right);
std::string_view text(Relation relation);
/// Everything that is allowed, in the table's order.
std::vector<Right> rights_of(store::Role role, Relation relation);

}  // namespace classcast::server
