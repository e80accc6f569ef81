// SPDX-License-Identifier: MIT
// Router: from method and path to a handler. Pure.
#pragma once

#include "server/rights.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::server {

class Exchange;
using Handler = std::function<void(std::shared_ptr<Exchange>)>;
using PathParameters = std::map<std::string, std::string, std::less<>>;

/// Who may use a route; the gate enforces it before the handler runs.
enum class Access {
  /// Anybody; a change still needs our own Origin.
  open,
  /// Anybody, from anywhere: the other side has its own key (tokens, device credentials).
  foreign,
  /// A person or their API token.
  signed_in,
  /// A signed-in person, not their API token: accounts, sessions, keys.
  person,
  /// Administrators, principals, teachers.
  teaching,
  /// Administrators and principals.
  overseeing,
  admin,
  /// Whoever has the route's right in the room `{room}`; 404 for whoever may not even see it.
  room,
};

struct Route {
  /// "GET" serves HEAD as well; "*" is any method.
  std::string method;
  /// "/api/v1/rooms/{id}": `{name}` is one segment, `{name...}` at the end is all that is left.
  std::string pattern;
  Access access;
  Handler handler;
  /// With Access::room only.
  Right right = Right::see;
};

/// As `x-access` in docs/ref/openapi.json: "open", "room:watch" …
std::string access_text(const Route& route);

class Router {
 public:
  struct Match {
    /// nullptr when no route fits.
    const Route* route = nullptr;
    PathParameters parameters;
    /// Other methods of the same path, for Allow; not empty means 405 when route is nullptr.
    std::vector<std::string> allowed;
  };

  void add(Route route) { routes_.push_back(std::move(route)); }
  /// `path` is decoded already. The route added first wins.
  [[nodiscard]] Match find(std::string_view method, std::string_view path) const;
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace classcast::server
