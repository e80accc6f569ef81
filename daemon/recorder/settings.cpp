// SPDX-License-Identifier: MIT
#include "recorder/settings.hpp"

#include "base/strings.hpp"
#include "glib/config.hpp"

#include <gio/gio.h>

namespace classcast::recorder {

namespace {

const glib::ConfigSection kKnown[] = {
    {"server", {"url", "credential_file", "ca_file"}},
    {"storage", {"path", "fallback_path"}},
    {"files", {"listen", "url", "public_key_file"}},
    {"state", {"directory"}},
};

Result<void> read_server(const glib::Config& config, Settings& settings) {
  settings.server_url = config.text("server", "url", "https://localhost:8443");
  while (settings.server_url.ends_with('/')) settings.server_url.pop_back();
  if (!settings.server_url.starts_with("https://"))
    return tl::make_unexpected(config.refuse("server", "url", "not a URL such as https://school.example"));
  settings.credential_file =
      config.text("server", "credential_file", "/var/lib/classcast/server/recorder.credential");
  settings.ca_file = config.text("server", "ca_file");
  return {};
}

/// "127.0.0.1:8446" or "[::1]:8446"; port 0 takes a free one.
Result<void> read_files(const glib::Config& config, Settings& settings) {
  auto text = config.text("files", "listen", "127.0.0.1:8446");
  auto colon = text.rfind(':');
  auto address = text.substr(0, colon);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']')
    address = address.substr(1, address.size() - 2);
  auto port = colon == std::string::npos ? std::nullopt : parse_int(std::string_view(text).substr(colon + 1));
  if (!port || *port < 0 || *port > 65535 || g_hostname_is_ip_address(address.c_str()) == 0) {
    return tl::make_unexpected(
        config.refuse("files", "listen", "not an address and a port such as 127.0.0.1:8446"));
  }
  settings.listen_address = address;
  settings.listen_port = static_cast<std::uint16_t>(*port);
  settings.files_url = config.text("files", "url");
  if (!settings.files_url.empty() && !settings.files_url.starts_with("http://"))
    return tl::make_unexpected(config.refuse("files", "url", "not a URL such as http://10.0.0.5:8446"));
  settings.public_key_file = config.text("files", "public_key_file", "/var/lib/classcast/server/token.pub");
  return {};
}

}  // namespace

Result<Settings> load_settings(const std::filesystem::path& file) {
  auto config = glib::Config::load(file, kKnown);
  if (!config) return fail(config);
  Settings settings;
  settings.state_directory = config->text("state", "directory", "/var/lib/classcast/recorder");
  settings.storage = config->text("storage", "path", "/var/lib/classcast");
  settings.fallback =
      config->text("storage", "fallback_path", (settings.state_directory / "fallback").string());
  if (settings.storage == settings.fallback)
    return tl::make_unexpected(config->refuse("storage", "fallback_path", "is the same as path"));
  for (auto* read : {read_server, read_files}) {
    if (auto done = read(*config, settings); !done) return fail(done);
  }
  return settings;
}

}  // namespace classcast::recorder
