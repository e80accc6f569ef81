// SPDX-License-Identifier: MIT
#include "glib/config.hpp"

#include "base/strings.hpp"
#include "glib/ref.hpp"

#include <glib.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace classcast::glib {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kMaxConfigBytes = 1 << 20;

using KeyFile = Unique<GKeyFile, g_key_file_free>;
using TextList = Unique<char*, g_strfreev>;

Result<std::string> read_text(const fs::path& file) {
  std::error_code error;
  auto size = fs::file_size(file, error);
  if (error) return fail(Errc::not_found, "{}: cannot read it: {}", file.string(), error.message());
  if (size > kMaxConfigBytes)
    return fail(Errc::invalid, "{}: larger than 1 MiB, not a configuration", file.string());
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return fail(Errc::denied, "{}: cannot read it: permission denied?", file.string());
  return text.str();
}

/// Line numbers, which GKeyFile does not keep. An empty key stands for the section's own line.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text) {
    std::string section;
    int number = 0;
    for (auto raw : split(text, '\n')) {
      ++number;
      auto line = trim(raw);
      if (line.size() > 2 && line.front() == '[' && line.back() == ']') {
        section = line.substr(1, line.size() - 2);
        lines_[{section, ""}] = number;
      } else if (auto equals = line.find('='); equals != std::string_view::npos && line.front() != '#') {
        lines_[{section, std::string(trim(line.substr(0, equals)))}] = number;
      }
    }
  }
  [[nodiscard]] int line(const std::string& section, const std::string& key) const {
    auto found = lines_.find({section, key});
    return found == lines_.end() ? 0 : found->second;
  }

 private:
  std::map<std::pair<std::string, std::string>, int> lines_;
};

/// The first line that is neither blank, comment, section nor `key = value`: what GKeyFile stumbled over.
int first_bad_line(std::string_view text) {
  int number = 0;
  bool in_section = false;
  for (auto raw : split(text, '\n')) {
    ++number;
    auto line = trim(raw);
    if (line.empty() || line.front() == '#') continue;
    bool section = line.front() == '[' && line.back() == ']' && line.size() > 2;
    auto equals = line.find('=');
    if (!section && (!in_section || equals == std::string_view::npos || equals == 0)) return number;
    in_section = in_section || section;
  }
  return 0;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
  auto best = nearest(word, known);
  return best ? fmt::format("; did you mean \"{}\"?", *best) : std::string();
}

Result<const ConfigSection*> known_section(const ConfigPlace& place, std::span<const ConfigSection> known) {
  auto found = std::find_if(known.begin(), known.end(), [&](auto& s) { return s.name == place.section; });
  if (found != known.end()) return &*found;
  std::vector<std::string_view> names;
  for (const auto& section : known) names.push_back(section.name);
  return fail(Errc::invalid, "{}:{}: unknown section [{}]{}", place.file, place.line,
              printable(place.section), suggestion(place.section, names));
}

Result<void> check_key(const ConfigPlace& place, const ConfigSection& section) {
  if (std::find(section.keys.begin(), section.keys.end(), place.key) != section.keys.end()) return {};
  return fail(Errc::invalid, "{}: unknown key{}", place.text(), suggestion(place.key, section.keys));
}

std::vector<fs::path> drop_ins(const fs::path& file) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(file.string() + ".d", error)) {
    if (entry.path().extension() == ".conf") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<Duration> parse_duration(std::string_view text) {
  auto unit_at = std::min(text.find_first_not_of("0123456789"), text.size());
  auto number = parse_int(text.substr(0, unit_at));
  auto unit = trim(text.substr(unit_at));
  constexpr std::int64_t kMaxNumber = 1'000'000;
  if (!number || *number > kMaxNumber) return std::nullopt;
  if (unit == "ms") return std::chrono::milliseconds(*number);
  if (unit == "s") return std::chrono::seconds(*number);
  if (unit == "min") return std::chrono::minutes(*number);
  if (unit == "h") return std::chrono::hours(*number);
  return std::nullopt;
}

std::string in_words(Duration duration) {
  auto ms = to_ms(duration);
  if (ms % 60'000 == 0 && ms > 0) return fmt::format("{}min", ms / 60'000);
  return ms % 1000 == 0 ? fmt::format("{}s", ms / 1000) : fmt::format("{}ms", ms);
}

}  // namespace

std::string ConfigPlace::text() const {
  return line > 0 ? fmt::format("{}:{}: [{}] {}", file, line, section, printable(key))
                  : fmt::format("{}: [{}] {}", file, section, printable(key));
}

Result<Config> Config::load(const fs::path& file, std::span<const ConfigSection> known) {
  Config config;
  config.main_file_ = file.string();
  config.known_.assign(known.begin(), known.end());
  if (auto merged = config.merge(file, known); !merged) return fail(merged);
  for (const auto& drop_in : drop_ins(file)) {
    if (auto merged = config.merge(drop_in, known); !merged) return fail(merged);
  }
  return config;
}

Result<void> Config::merge(const fs::path& file, std::span<const ConfigSection> known) {
  auto text = read_text(file);
  if (!text) return fail(text);
  KeyFile keys(g_key_file_new());
  GErrorSlot error;
  if (g_key_file_load_from_data(keys.get(), text->data(), text->size(), G_KEY_FILE_NONE, error.out()) == 0) {
    // GKeyFile's own message repeats the line, which may hold a password; the number is enough.
    return fail(Errc::invalid, "{}:{}: not a line of the form \"key = value\" or \"[section]\"",
                file.string(), first_bad_line(*text));
  }
  LineIndex lines(*text);
  TextList sections(g_key_file_get_groups(keys.get(), nullptr));
  for (char** section = sections.get(); *section != nullptr; ++section) {
    auto known_one = known_section({file.string(), lines.line(*section, ""), *section, ""}, known);
    if (!known_one) return fail(known_one);
    TextList names(g_key_file_get_keys(keys.get(), *section, nullptr, nullptr));
    for (char** name = names.get(); *name != nullptr; ++name) {
      ConfigPlace place{file.string(), lines.line(*section, *name), *section, *name};
      if (auto checked = check_key(place, **known_one); !checked) return checked;
      UniqueText value(g_key_file_get_value(keys.get(), *section, *name, nullptr));
      entries_[{*section, *name}] = {std::string(trim(value.get())), place};
    }
  }
  return {};
}

const Config::Entry* Config::find(std::string_view section, std::string_view key) const {
  auto found = entries_.find(std::pair(std::string(section), std::string(key)));
  return found == entries_.end() ? nullptr : &found->second;
}

bool Config::has(std::string_view section, std::string_view key) const {
  const auto* entry = find(section, key);
  return entry != nullptr && !entry->value.empty();
}

void Config::note_default(std::string_view section, std::string_view key, std::string text) const {
  defaults_[{std::string(section), std::string(key)}] = std::move(text);
}

std::vector<ConfigValue> Config::effective() const {
  std::vector<ConfigValue> values;
  for (const auto& section : known_) {
    for (auto key : section.keys) {
      ConfigValue value{std::string(section.name), std::string(key), {}, {}};
      const auto* entry = find(section.name, key);
      if (entry != nullptr) value.place = entry->place;
      if (auto given = defaults_.find({value.section, value.key}); given != defaults_.end())
        value.value = given->second;
      if (entry != nullptr && !entry->value.empty()) value.value = entry->value;
      values.push_back(std::move(value));
    }
  }
  return values;
}

std::string Config::text(std::string_view section, std::string_view key, std::string_view otherwise) const {
  note_default(section, key, std::string(otherwise));
  const auto* entry = find(section, key);
  return entry == nullptr || entry->value.empty() ? std::string(otherwise) : entry->value;
}

Error Config::refuse(std::string_view section, std::string_view key, std::string_view reason) const {
  const auto* entry = find(section, key);
  auto place =
      entry != nullptr ? entry->place : ConfigPlace{main_file_, 0, std::string(section), std::string(key)};
  return {Errc::invalid, fmt::format("{}: {}", place.text(), reason)};
}

Result<std::string> Config::required(std::string_view section, std::string_view key) const {
  if (!has(section, key)) return tl::make_unexpected(refuse(section, key, "is missing; it has no default"));
  return find(section, key)->value;
}

Result<std::int64_t> Config::integer(std::string_view section, std::string_view key, std::int64_t otherwise,
                                     std::int64_t least, std::int64_t most) const {
  note_default(section, key, std::to_string(otherwise));
  if (!has(section, key)) return otherwise;
  auto value = parse_int(find(section, key)->value);
  if (value && *value >= least && *value <= most) return *value;
  return tl::make_unexpected(refuse(section, key,
                                    fmt::format("\"{}\" is not a whole number from {} to {}",
                                                printable(find(section, key)->value), least, most)));
}

Result<bool> Config::boolean(std::string_view section, std::string_view key, bool otherwise) const {
  note_default(section, key, otherwise ? "yes" : "no");
  if (!has(section, key)) return otherwise;
  auto value = lower(find(section, key)->value);
  if (value == "yes" || value == "true" || value == "on" || value == "1") return true;
  if (value == "no" || value == "false" || value == "off" || value == "0") return false;
  return tl::make_unexpected(
      refuse(section, key, fmt::format("\"{}\" is neither yes nor no", printable(value))));
}

Result<Duration> Config::duration(std::string_view section, std::string_view key, Duration otherwise) const {
  note_default(section, key, in_words(otherwise));
  if (!has(section, key)) return otherwise;
  if (auto value = parse_duration(find(section, key)->value)) return *value;
  return tl::make_unexpected(refuse(section, key,
                                    fmt::format("\"{}\" is not a duration such as 250ms, 5s, 10min or 2h",
                                                printable(find(section, key)->value))));
}

Result<std::string> Config::choice(std::string_view section, std::string_view key,
                                   std::span<const std::string_view> choices) const {
  auto value = text(section, key, choices.front());
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return value;
  return tl::make_unexpected(refuse(section, key,
                                    fmt::format("\"{}\" is none of {}{}", printable(value),
                                                fmt::join(choices, ", "), suggestion(value, choices))));
}

Result<Secret> Config::secret_file(std::string_view section, std::string_view key) const {
  if (!has(section, key)) return Secret();
  const auto& file = find(section, key)->value;
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line)) {
    return tl::make_unexpected(
        refuse(section, key, fmt::format("cannot read a line from {}", printable(file))));
  }
  return Secret(std::string(trim(line)));
}

}  // namespace classcast::glib
