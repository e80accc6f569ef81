// SPDX-License-Identifier: MIT
#include "server/router.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <optional>

namespace classcast::server {

namespace {

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool takes_rest(std::string_view segment) {
  return is_parameter(segment) && segment.ends_with("...}");
}

std::optional<PathParameters> match_path(std::string_view pattern, std::string_view path) {
  PathParameters parameters;
  auto wanted = split(pattern, '/');
  auto given = split(path, '/');
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (i >= given.size()) return std::nullopt;
    auto name = wanted[i];
    if (takes_rest(name)) {
      auto rest = path.substr(static_cast<std::size_t>(given[i].data() - path.data()));
      parameters.emplace(name.substr(1, name.size() - 5), rest);
      return parameters;
    }
    if (is_parameter(name) && !given[i].empty()) {
      parameters.emplace(name.substr(1, name.size() - 2), given[i]);
    } else if (name != given[i]) {
      return std::nullopt;
    }
  }
  return wanted.size() == given.size() ? std::optional(parameters) : std::nullopt;
}

bool serves(const Route& route, std::string_view method) {
  return route.method == method || route.method == "*" || (route.method == "GET" && method == "HEAD");
}

}  // namespace

std::string access_text(const Route& route) {
  switch (route.access) {
    case Access::open:
      return "open";
    case Access::foreign:
      return "foreign";
    case Access::signed_in:
      return "signed-in";
    case Access::person:
      return "person";
    case Access::teaching:
      return "teaching";
    case Access::overseeing:
      return "overseeing";
    case Access::admin:
      return "admin";
    case Access::room:
      break;
  }
  return "room:" + std::string(text(route.right));
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
  Match match;
  for (const auto& route : routes_) {
    auto parameters = match_path(route.pattern, path);
    if (!parameters) continue;
    if (serves(route, method)) return {&route, std::move(*parameters), {}};
    match.allowed.push_back(route.method);
    if (route.method == "GET") match.allowed.emplace_back("HEAD");
  }
  return match;
}

}  // namespace classcast::server
