// SPDX-License-Identifier: MIT
#include "rtc/sdp_lines.hpp"

#include "rtc/sdp.hpp"

#include <algorithm>

namespace classcast::rtc {

namespace {

constexpr std::size_t kMaxIceText = 256;
constexpr std::size_t kMinUfrag = 4;
constexpr std::size_t kMinPwd = 22;
constexpr std::size_t kMaxToken = 32;

bool alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool ice_chars(std::string_view text, std::size_t least) {
  // "-", "_", "=" are not ice-chars but are seen in the wild and do no harm.
  return text.size() >= least && text.size() <= kMaxIceText &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return alphanumeric(c) || std::string_view("+/-_=").find(c) != std::string_view::npos;
         });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

}  // namespace

Result<std::optional<SdpLine>> SdpLines::next() {
  if (rest_.empty()) return std::optional<SdpLine>();
  ++number_;
  auto end = rest_.find('\n');
  auto line = rest_.substr(0, end);
  rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() > kMaxSdpLine) return fail(Errc::invalid, "line {} is too long", number_);
  if (line.size() < 2 || line[1] != '=' || line[0] < 'a' || line[0] > 'z' || has_control(line)) {
    return fail(Errc::invalid, "line {} is not of the form type=value", number_);
  }
  return std::optional(SdpLine{line[0], line.substr(2)});
}

SdpAttribute split_attribute(std::string_view text) {
  auto colon = text.find(':');
  if (colon == std::string_view::npos) return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

bool valid_ufrag(std::string_view text) {
  return ice_chars(text, kMinUfrag);
}

bool valid_pwd(std::string_view text) {
  return ice_chars(text, kMinPwd);
}

bool valid_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`{|}~";
  return !text.empty() && text.size() <= kMaxToken && std::all_of(text.begin(), text.end(), [&](char c) {
    return alphanumeric(c) || kMarks.find(c) != std::string_view::npos;
  });
}

}  // namespace classcast::rtc
