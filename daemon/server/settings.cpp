// SPDX-License-Identifier: MIT
#include "server/settings.hpp"

#include "base/strings.hpp"
#include "glib/config.hpp"
#include "glib/ref.hpp"
#include "server/settings_mail.hpp"
#include "store/database.hpp"

#include <unistd.h>

namespace classcast::server {

namespace {

const glib::ConfigSection kKnown[] = {
    {"http", {"listen", "public_url", "trusted_proxies"}},
    {"tls", {"certificate_file", "key_file"}},
    {"database", {"url"}},
    {"state", {"directory"}},
    {"relay", {"url"}},
    {"viewer", {"directory"}},
    {"mail", {"server", "security", "username", "password_file", "ca_file", "from"}},
};

/// "0.0.0.0:8443" or "[::]:8443"; port 0 takes a free one.
Result<void> read_listen(const glib::Config& config, Settings& settings) {
  auto text = config.text("http", "listen", "0.0.0.0:8443");
  auto colon = text.rfind(':');
  auto address = text.substr(0, colon);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  auto port = colon == std::string::npos ? std::nullopt : parse_int(std::string_view(text).substr(colon + 1));
  if (!port || *port < 0 || *port > 65535 || g_hostname_is_ip_address(address.c_str()) == 0) {
    return tl::make_unexpected(config.refuse(
        "http", "listen",
        fmt::format("\"{}\" is not an address and a port such as 0.0.0.0:8443", printable(text))));
  }
  settings.listen_address = address;
  settings.listen_port = static_cast<std::uint16_t>(*port);
  return {};
}

Result<void> read_tls(const glib::Config& config, Settings& settings) {
  settings.certificate_file = config.text("tls", "certificate_file");
  settings.key_file = config.text("tls", "key_file");
  if (settings.certificate_file.empty() && settings.key_file.empty()) return {};
  for (const auto* key : {"certificate_file", "key_file"}) {
    auto file = config.text("tls", key);
    if (file.empty()) {
      return tl::make_unexpected(config.refuse("tls", key, "certificate_file and key_file belong together"));
    }
    if (::access(file.c_str(), R_OK) != 0) {
      return tl::make_unexpected(config.refuse("tls", key, fmt::format("cannot read {}", printable(file))));
    }
  }
  return {};
}

/// http or https, a host, nothing after it.
bool is_origin(const std::string& url) {
  glib::Unique<GUri, g_uri_unref> parsed(g_uri_parse(url.c_str(), G_URI_FLAGS_NONE, nullptr));
  bool http = parsed && (iequals(g_uri_get_scheme(parsed.get()), "http") ||
                         iequals(g_uri_get_scheme(parsed.get()), "https"));
  return http && g_uri_get_host(parsed.get()) != nullptr && *g_uri_get_path(parsed.get()) == '\0';
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

Result<void> read_relay(const glib::Config& config, Settings& settings) {
  settings.relay_url = without_slash(config.text("relay", "url", "http://127.0.0.1:8445"));
  if (is_origin(settings.relay_url)) return {};
  return tl::make_unexpected(config.refuse("relay", "url", "not a URL such as http://127.0.0.1:8445"));
}

Result<void> read_public_url(const glib::Config& config, Settings& settings) {
  settings.public_url = without_slash(config.text("http", "public_url"));
  if (settings.public_url.empty() || is_origin(settings.public_url)) return {};
  return tl::make_unexpected(
      config.refuse("http", "public_url", "not a URL such as https://classcast.school.example:8443"));
}

Result<void> read_trusted_proxies(const glib::Config& config, Settings& settings) {
  auto proxies = TrustedProxies::parse(config.text("http", "trusted_proxies"));
  if (!proxies) return tl::make_unexpected(config.refuse("http", "trusted_proxies", proxies.error().message));
  settings.trusted_proxies = std::move(*proxies);
  return {};
}

Result<void> read_database(const glib::Config& config, Settings& settings) {
  settings.database_url =
      config.text("database", "url", "sqlite:" + (settings.state_directory / "server.db").string());
  if (store::known_database_url(settings.database_url)) return {};
  return tl::make_unexpected(config.refuse("database", "url",
                                           "not a URL such as sqlite:/var/lib/classcast/server/server.db or "
                                           "postgresql://classcast@db.example/classcast"));
}

}  // namespace

Result<Settings> load_settings(const std::filesystem::path& file) {
  auto config = glib::Config::load(file, kKnown);
  if (!config) return fail(config);
  Settings settings;
  settings.file = file;
  settings.state_directory = config->text("state", "directory", "/var/lib/classcast/server");
  settings.viewer_directory = config->text("viewer", "directory", "/usr/share/classcast/viewer");
  for (auto* read :
       {read_listen, read_tls, read_relay, read_database, read_public_url, read_trusted_proxies, read_mail}) {
    if (auto done = read(*config, settings); !done) return fail(done);
  }
  return settings;
}

std::vector<std::string> needs_restart(const Settings& running, const Settings& fresh) {
  std::vector<std::string> names;
  if (running.listen_address != fresh.listen_address || running.listen_port != fresh.listen_port)
    names.emplace_back("[http] listen");
  if (running.database_url != fresh.database_url) names.emplace_back("[database] url");
  if (running.state_directory != fresh.state_directory) names.emplace_back("[state] directory");
  return names;
}

void keep_until_restart(const Settings& running, Settings& fresh) {
  fresh.listen_address = running.listen_address;
  fresh.listen_port = running.listen_port;
  fresh.database_url = running.database_url;
  fresh.state_directory = running.state_directory;
}

}  // namespace classcast::server
