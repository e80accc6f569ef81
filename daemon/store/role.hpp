// SPDX-License-Identifier: MIT
// What a person may do, coarsely; rights per room come on top.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace classcast::store {

enum class Role { admin, principal, teacher, assistant, student, guest };

inline constexpr std::array<std::pair<Role, std::string_view>, 6> kRoleNames = {{
    {Role::admin, "admin"},
    {Role::principal, "principal"},
    {Role::teacher, "teacher"},
    {Role::assistant, "assistant"},
    {Role::student, "student"},
    {Role::guest, "guest"},
}};

constexpr std::string_view text(Role role) {
  for (auto [one, name] : kRoleNames) {
    if (one == role) return name;
  }
  return "guest";
}

constexpr std::optional<Role> parse_role(std::string_view name) {
  for (auto [role, known] : kRoleNames) {
    if (known == name) return role;
  }
  return std::nullopt;
}

}  // namespace classcast::store
