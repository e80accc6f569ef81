// SPDX-License-Identifier: MIT
#include "ctl/redact.hpp"

#include "glib/ref.hpp"

namespace classcast::ctl {

namespace {

constexpr std::string_view kMask = "***";

void replace_all(std::string& text, const std::string& word) {
  if (word.empty()) return;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + kMask.size()))
    text.replace(at, word.size(), kMask);
}

/// RFC 3986 §3.2.1: what stands between // and @ of an authority.
void mask_logins(std::string& text) {
  constexpr std::string_view kEnds = "/?# \t\r\n\"'<>";
  for (auto at = text.find("://"); at != std::string::npos; at = text.find("://", at + 1)) {
    const auto begin = at + 3;
    const auto end = std::min(text.find_first_of(kEnds, begin), text.size());
    const auto login_end = text.rfind('@', end);
    if (login_end == std::string::npos || login_end < begin || login_end >= end) continue;
    text.replace(begin, login_end - begin, kMask);
  }
}

}  // namespace

std::string redact(std::string text, const std::vector<Secret>& secrets) {
  mask_logins(text);
  for (const auto& secret : secrets) {
    replace_all(text, secret.reveal());
    const glib::UniqueText escaped(g_uri_escape_string(secret.reveal().c_str(), nullptr, FALSE));
    replace_all(text, escaped.get());
  }
  return text;
}

}  // namespace classcast::ctl
