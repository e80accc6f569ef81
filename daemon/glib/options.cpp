// SPDX-License-Identifier: MIT
#include "glib/options.hpp"

#include "glib/ref.hpp"

#include <utility>

namespace classcast::glib {

namespace {
constexpr std::size_t kMostOptions = 16;
}

OptionSet::OptionSet(std::string title, const char* synopsis, const char* text)
    : title_(std::move(title)), synopsis_(synopsis), text_(text) {
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
    const UniqueText value(text.value);
    if (value != nullptr) *text.target = value.get();
  }
}

Result<std::vector<std::string>> OptionSet::parse(const std::vector<std::string>& arguments,
                                                  std::size_t most) {
  g_set_prgname(title_.c_str());
  const Unique<GOptionContext, g_option_context_free> context(g_option_context_new(synopsis_));
  g_option_context_set_summary(context.get(), text_);
  entries_.push_back({});
  g_option_context_add_main_entries(context.get(), entries_.data(), nullptr);
  std::vector<char*> words = {g_strdup(title_.c_str())};
  for (const auto& argument : arguments) words.push_back(g_strdup(argument.c_str()));
  words.push_back(nullptr);
  Unique<char*, g_strfreev> argv(static_cast<char**>(g_memdup2(words.data(), words.size() * sizeof(char*))));
  auto* left = argv.release();
  GErrorSlot error;
  const bool parsed = g_option_context_parse_strv(context.get(), &left, error.out()) != 0;
  argv.reset(left);
  take_values();
  if (!parsed) return fail(Errc::invalid, "{}; see {} --help", error.text(), title_);
  std::vector<std::string> rest;
  for (char** word = left + 1; *word != nullptr; ++word) rest.emplace_back(*word);
  if (rest.size() > most) return fail(Errc::invalid, "unexpected argument; see {} --help", title_);
  return rest;
}

}  // namespace classcast::glib
