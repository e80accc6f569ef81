// SPDX-License-Identifier: MIT
#include "device/url.hpp"

#include "base/strings.hpp"
#include "glib/ref.hpp"

#include <fmt/format.h>
#include <gio/gio.h>

namespace classcast::device {

namespace {

Result<std::string> decode(std::string_view text) {
  const glib::UniqueText plain(g_uri_unescape_string(std::string(text).c_str(), nullptr));
  if (plain == nullptr) return fail(Errc::invalid, "has a % that starts no valid escape");
  return std::string(plain.get());
}

Result<void> take_login(Url& url, std::string_view login) {
  auto colon = login.find(':');
  auto user = decode(login.substr(0, colon));
  auto password = decode(colon == std::string_view::npos ? std::string_view() : login.substr(colon + 1));
  if (!user) return fail(user);
  if (!password) return fail(password);
  url.user = *user;
  url.password = Secret(*password);
  return {};
}

Result<void> take_host(Url& url, std::string_view text) {
  auto host_end = text.starts_with('[') ? text.find(']') : text.find(':');
  auto rest = host_end == std::string_view::npos ? std::string_view() : text.substr(host_end);
  url.host = text.substr(0, host_end);
  if (text.starts_with('[')) {
    if (rest.empty()) return fail(Errc::invalid, "lacks the ] of an IPv6 address");
    url.host = url.host.substr(1);
    rest.remove_prefix(1);
  }
  if (url.host.empty()) return fail(Errc::invalid, "names no host");
  if (rest.empty()) return {};
  auto port = rest.starts_with(':') ? parse_int(rest.substr(1)) : std::nullopt;
  // A password that holds a slash ends up here as well; it must not be repeated.
  if (!port || *port < 1 || *port > 65535) {
    return fail(Errc::invalid, "has no valid port (in a password, write / ? # @ as %2F %3F %23 %40)");
  }
  url.port = static_cast<std::uint16_t>(*port);
  return {};
}

}  // namespace

std::string Url::bare() const {
  auto bracketed = host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
  return fmt::format("{}://{}{}{}", scheme, bracketed, port ? fmt::format(":{}", *port) : std::string(),
                     path);
}

Result<Url> parse_url(std::string_view text) {
  Url url;
  auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos || scheme_end == 0) return fail(Errc::invalid, "is not a URL");
  url.scheme = lower(text.substr(0, scheme_end));
  auto rest = text.substr(scheme_end + 3);
  auto authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  auto authority = rest.substr(0, authority_end);
  url.path = rest.substr(authority_end);
  if (auto at = authority.rfind('@'); at != std::string_view::npos) {
    if (auto taken = take_login(url, authority.substr(0, at)); !taken) return fail(taken);
    authority.remove_prefix(at + 1);
  }
  if (auto taken = take_host(url, authority); !taken) return fail(taken);
  return url;
}

bool is_loopback(std::string_view host) {
  if (iequals(host, "localhost")) return true;
  auto address = glib::Ref<GInetAddress>::adopt(g_inet_address_new_from_string(std::string(host).c_str()));
  return address && g_inet_address_get_is_loopback(address.get()) != 0;
}

}  // namespace classcast::device
