// SPDX-License-Identifier: MIT
// A part of a file as an HTTP answer: read piece by piece while it is sent, so that it costs no memory.
#pragma once

#include <libsoup/soup.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace classcast::recorder {

/// First and last byte (RFC 9110 §14.1.2).
using ByteRange = std::pair<std::uint64_t, std::uint64_t>;
enum class RangeKind { none, part, unsatisfiable };
/// One range of bytes in a file of that size; several ranges, and what is no range, give the whole.
RangeKind parse_range(std::string_view header, std::uint64_t size, ByteRange& range);

struct FileAnswer {
  std::filesystem::path path;
  std::string content_type;
  std::string cache_control;
  /// The part of the file that is the resource; nullopt: all of it.
  std::optional<ByteRange> part;
};

/// Answers 200, 206, 304, 404 or 416.
void answer_file(SoupServerMessage* message, const FileAnswer& answer);
void answer_text(SoupServerMessage* message, unsigned status, const char* type, const std::string& text,
                 const char* cache_control = "no-store");

}  // namespace classcast::recorder
