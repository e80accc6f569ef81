// SPDX-License-Identifier: MIT
// classcastctl explain
#include "ctl/explain.hpp"

#include "base/strings.hpp"
#include "ctl/options.hpp"
#include "device/settings.hpp"
#include "protocol/json.hpp"

#include <fmt/format.h>

namespace classcast::ctl {

namespace {

std::string origin(const glib::ConfigValue& value) {
  return value.place ? fmt::format("{}:{}", value.place->file, value.place->line) : "default";
}

std::string as_json(const glib::Config& config) {
  auto add = [](protocol::JsonWriter& json, const glib::ConfigValue& value) {
    json.text("section", value.section).text("key", value.key).text("value", redact_url(value.value));
    if (value.place) json.text("file", value.place->file).integer("line", value.place->line);
  };
  return protocol::JsonWriter().objects("settings", config.effective(), add).finish();
}

}  // namespace

std::string explained(const glib::Config& config) {
  std::string out;
  for (const auto& value : config.effective()) {
    auto setting = fmt::format("[{}] {} = {}", value.section, value.key, redact_url(value.value));
    out += fmt::format("{:<70} {}\n", setting, origin(value));
  }
  return out;
}

ExitCode explain(const Arguments& arguments) {
  std::string config_file = kDefaultConfig;
  bool json = false;
  auto options = command_options(
      "explain", "",
      "Shows every setting that counts after all drop-ins, and where it comes from. Passwords "
      "inside addresses "
      "are shown as ***; files with secrets are named, not shown.");
  if (auto parsed = with_config(options, config_file).flag("json", json, "Print JSON").parse(arguments, 0);
      !parsed) {
    complain(parsed.error().message);
    return ExitCode::usage;
  }
  auto config = device::load_config(config_file);
  if (!config) {
    complain(config.error().message);
    return ExitCode::config;
  }
  // Reading the settings tells the defaults; what is wrong with them is said below.
  auto settings = device::read_settings(*config);
  fmt::print("{}", json ? as_json(*config) + "\n" : explained(*config));
  if (settings) return ExitCode::ok;
  complain(settings.error().message);
  return ExitCode::config;
}

}  // namespace classcast::ctl
