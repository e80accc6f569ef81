// SPDX-License-Identifier: MIT
#include "device/ice_servers.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace classcast::device {

namespace {

struct Link {
  std::string target;
  std::map<std::string, std::string> parameters;  ///< names in lower case
};

/// RFC 8288 §3: <target>; name="value"; name=value, <target>…
class LinkReader {
 public:
  explicit LinkReader(std::string_view text) : rest_(text) {}

  /// Nothing at the end, and from the first error on.
  std::optional<Link> next() {
    skip(" \t,");
    if (!take('<')) return std::nullopt;
    const auto end = rest_.find('>');
    if (end == std::string_view::npos) return std::nullopt;
    Link link{std::string(rest_.substr(0, end)), {}};
    rest_.remove_prefix(end + 1);
    for (skip(" \t"); take(';'); skip(" \t")) read_parameter(link);
    return link;
  }

 private:
  void skip(std::string_view set) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(set), rest_.size()));
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string token() {
    const auto size = std::min(rest_.find_first_of(" \t,;=<>\""), rest_.size());
    std::string read(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return read;
  }
  /// RFC 9110 §5.6.4; the first quote is read.
  std::string quoted() {
    std::string read;
    while (!rest_.empty() && !take('"')) {
      take('\\');
      read += rest_.substr(0, 1);
      rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
    }
    return read;
  }
  void read_parameter(Link& link) {
    skip(" \t");
    auto name = lower(token());
    skip(" \t");
    if (!take('=')) return;
    skip(" \t");
    // RFC 8288 §3.3: later ones of the same name do not count.
    link.parameters.emplace(std::move(name), take('"') ? quoted() : token());
  }

  std::string_view rest_;
};

std::string parameter(const Link& link, const std::string& name) {
  const auto found = link.parameters.find(name);
  return found == link.parameters.end() ? std::string() : found->second;
}

}  // namespace

std::vector<pipelines::IceServer> ice_servers(std::string_view link) {
  std::vector<pipelines::IceServer> servers;
  LinkReader reader(link);
  for (auto read = reader.next(); read && servers.size() < kMaxIceServers; read = reader.next()) {
    const bool turn = read->target.starts_with("turn:") || read->target.starts_with("turns:");
    if (!turn || lower(parameter(*read, "rel")) != "ice-server") continue;
    servers.push_back({read->target, parameter(*read, "username"), Secret(parameter(*read, "credential"))});
  }
  return servers;
}

}  // namespace classcast::device
