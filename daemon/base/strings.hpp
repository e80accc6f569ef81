// SPDX-License-Identifier: MIT
// Small text helpers that the standard library lacks.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace classcast {

std::string_view trim(std::string_view text);
/// Splits at every separator; n separators give n + 1 parts, some perhaps empty.
std::vector<std::string_view> split(std::string_view text, char separator);
bool iequals(std::string_view a, std::string_view b);
std::string lower(std::string_view text);

/// A whole decimal number, nothing else; nullopt on overflow too.
std::optional<std::int64_t> parse_int(std::string_view text);

std::string to_hex(Bytes bytes);
/// RFC 4648 §5 without padding.
std::string base64url(Bytes bytes);
std::optional<Buffer> base64url_decode(std::string_view text);

/// Text of a stranger made fit for a log line or an error: control characters, quotes and non-UTF-8 bytes as
/// \xNN.
std::string printable(std::string_view text);

/// The candidate nearest to `word` by edit distance, if it is near enough to be a typing error.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

/// A URL with its password replaced: rtsp://user:***@host/path. Other text is returned unchanged.
std::string redact_url(std::string_view url);

}  // namespace classcast
