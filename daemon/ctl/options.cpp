// SPDX-License-Identifier: MIT
#include "ctl/options.hpp"

#include "glib/ref.hpp"

#include <fmt/format.h>

namespace classcast::ctl {

namespace {
constexpr std::size_t kMostOptions = 16;
}

OptionSet::OptionSet(const char* command, const char* synopsis, const char* text)
    : command_(command), synopsis_(synopsis), text_(text) {
  flags_.reserve(kMostOptions);
  texts_.reserve(kMostOptions);
}

OptionSet& OptionSet::flag(const char* name, bool& value, const char* help) {
  flags_.push_back({&value});
  entries_.push_back({name, 0, 0, G_OPTION_ARG_NONE, &flags_.back().value, help, nullptr});
  return *this;
}

OptionSet& OptionSet::text(const char* name, std::string& value, const char* help, const char* metavar) {
  texts_.push_back({&value});
  entries_.push_back({name, 0, 0, G_OPTION_ARG_STRING, &texts_.back().value, help, metavar});
  return *this;
}

void OptionSet::take_values() {
  for (auto& flag : flags_) *flag.target = *flag.target || flag.value != 0;
  for (auto& text : texts_) {
    const glib::UniqueText value(text.value);
    if (value != nullptr) *text.target = value.get();
  }
}

Result<std::vector<std::string>> OptionSet::parse(const Arguments& arguments, std::size_t most) {
  const auto title = fmt::format("classcastctl {}", command_);
  g_set_prgname(title.c_str());
  const glib::Unique<GOptionContext, g_option_context_free> context(g_option_context_new(synopsis_));
  g_option_context_set_summary(context.get(), text_);
  entries_.push_back({});
  g_option_context_add_main_entries(context.get(), entries_.data(), nullptr);
  std::vector<char*> words = {g_strdup(title.c_str())};
  for (const auto& argument : arguments) words.push_back(g_strdup(argument.c_str()));
  words.push_back(nullptr);
  glib::Unique<char*, g_strfreev> argv(
      static_cast<char**>(g_memdup2(words.data(), words.size() * sizeof(char*))));
  auto* left = argv.release();
  glib::GErrorSlot error;
  const bool parsed = g_option_context_parse_strv(context.get(), &left, error.out()) != 0;
  argv.reset(left);
  take_values();
  if (!parsed) return fail(Errc::invalid, "{}; see {} --help", error.text(), title);
  std::vector<std::string> rest;
  for (char** word = left + 1; *word != nullptr; ++word) rest.emplace_back(*word);
  if (rest.size() > most) return fail(Errc::invalid, "unexpected argument; see {} --help", title);
  return rest;
}

}  // namespace classcast::ctl
