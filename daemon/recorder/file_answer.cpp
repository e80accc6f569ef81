// SPDX-License-Identifier: MIT
#include "recorder/file_answer.hpp"

#include "base/strings.hpp"
#include "glib/ref.hpp"
#include "recorder/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>

namespace classcast::recorder {

namespace {

constexpr std::uint64_t kPiece = 128 * 1024;

/// What is left to send of one answer; belongs to its message.
struct Sending {
  File file;
  std::uint64_t at = 0;
  std::uint64_t left = 0;
};

void free_sending(gpointer data, GClosure*) {
  delete static_cast<Sending*>(data);
}

void send_piece(SoupServerMessage* message, gpointer data) {
  auto& sending = *static_cast<Sending*>(data);
  auto* body = soup_server_message_get_response_body(message);
  if (sending.left == 0) return soup_message_body_complete(body);
  const auto size = std::min(sending.left, kPiece);
  auto bytes = sending.file.read_at(sending.at, size);
  // Shorter than announced: the reader notices.
  if (!bytes || bytes->empty()) return soup_message_body_complete(body);
  sending.at += bytes->size();
  sending.left -= bytes->size();
  soup_message_body_append(body, SOUP_MEMORY_COPY, bytes->data(), bytes->size());
  if (sending.left == 0) soup_message_body_complete(body);
}

std::string etag_of(const struct stat& status, const FileAnswer& answer) {
  return fmt::format("\"{:x}-{:x}-{:x}\"", status.st_size, status.st_mtim.tv_sec,
                     answer.part ? answer.part->first : 0);
}

const char* header_of(SoupServerMessage* message, const char* name) {
  return soup_message_headers_get_one(soup_server_message_get_request_headers(message), name);
}

void send_file(SoupServerMessage* message, File file, const ByteRange& bytes) {
  auto* sending = new Sending{std::move(file), bytes.first, bytes.second - bytes.first + 1};
  soup_message_headers_set_content_length(soup_server_message_get_response_headers(message),
                                          static_cast<goffset>(sending->left));
  soup_message_body_set_accumulate(soup_server_message_get_response_body(message), FALSE);
  g_signal_connect_data(message, "wrote-chunk", G_CALLBACK(send_piece), sending, free_sending,
                        GConnectFlags{});
  if (soup_server_message_get_method(message) != std::string_view("HEAD")) send_piece(message, sending);
}

void set_headers(SoupServerMessage* message, const FileAnswer& answer, const std::string& etag) {
  auto* headers = soup_server_message_get_response_headers(message);
  soup_message_headers_replace(headers, "Connection", "close");
  soup_message_headers_replace(headers, "Content-Type", answer.content_type.c_str());
  soup_message_headers_replace(headers, "Cache-Control", answer.cache_control.c_str());
  soup_message_headers_replace(headers, "Accept-Ranges", "bytes");
  soup_message_headers_replace(headers, "ETag", etag.c_str());
}

}  // namespace

RangeKind parse_range(std::string_view header, std::uint64_t size, ByteRange& range) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit) || header.find(',') != std::string_view::npos) return RangeKind::none;
  auto parts = split(header.substr(kUnit.size()), '-');
  if (parts.size() != 2) return RangeKind::none;
  auto first = parse_int(trim(parts[0]));
  auto last = parse_int(trim(parts[1]));
  const bool suffix = trim(parts[0]).empty();
  if ((!suffix && (!first || *first < 0)) || (!trim(parts[1]).empty() && (!last || *last < 0)))
    return RangeKind::none;
  if (suffix && !last) return RangeKind::none;
  if (size == 0) return RangeKind::unsatisfiable;
  if (suffix) {
    if (*last == 0) return RangeKind::unsatisfiable;
    range = {size - std::min(size, static_cast<std::uint64_t>(*last)), size - 1};
    return RangeKind::part;
  }
  range = {static_cast<std::uint64_t>(*first),
           last ? std::min(static_cast<std::uint64_t>(*last), size - 1) : size - 1};
  if (range.first >= size) return RangeKind::unsatisfiable;
  return range.first > range.second ? RangeKind::none : RangeKind::part;
}

void answer_text(SoupServerMessage* message, unsigned status, const char* type, const std::string& text,
                 const char* cache_control) {
  auto* headers = soup_server_message_get_response_headers(message);
  soup_message_headers_replace(headers, "Connection", "close");
  soup_message_headers_replace(headers, "Cache-Control", cache_control);
  soup_server_message_set_status(message, status, nullptr);
  soup_server_message_set_response(message, type, SOUP_MEMORY_COPY, text.data(), text.size());
}

void answer_file(SoupServerMessage* message, const FileAnswer& answer) {
  auto file = File::open(answer.path, O_RDONLY);
  struct stat status = {};
  if (!file || ::fstat(file->descriptor(), &status) != 0 || !S_ISREG(status.st_mode))
    return answer_text(message, SOUP_STATUS_NOT_FOUND, "text/plain", "no such file");
  const auto length = static_cast<std::uint64_t>(status.st_size);
  auto whole = answer.part.value_or(ByteRange{0, length == 0 ? 0 : length - 1});
  if (length == 0 || whole.second >= length || whole.first > whole.second)
    return answer_text(message, SOUP_STATUS_NOT_FOUND, "text/plain", "no such bytes");
  const auto etag = etag_of(status, answer);
  set_headers(message, answer, etag);
  const auto* known = header_of(message, "If-None-Match");
  if (known != nullptr && etag == known)
    return soup_server_message_set_status(message, SOUP_STATUS_NOT_MODIFIED, nullptr);
  const auto* header = header_of(message, "Range");
  const auto* same = header_of(message, "If-Range");
  const auto size = whole.second - whole.first + 1;
  ByteRange range;
  const auto kind = header == nullptr || (same != nullptr && etag != same) ? RangeKind::none
                                                                           : parse_range(header, size, range);
  auto* headers = soup_server_message_get_response_headers(message);
  if (kind == RangeKind::unsatisfiable) {
    soup_message_headers_replace(headers, "Content-Range", fmt::format("bytes */{}", size).c_str());
    return soup_server_message_set_status(message, SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE, nullptr);
  }
  if (kind == RangeKind::none) range = {0, size - 1};
  if (kind == RangeKind::part) {
    soup_message_headers_replace(headers, "Content-Range",
                                 fmt::format("bytes {}-{}/{}", range.first, range.second, size).c_str());
  }
  soup_server_message_set_status(
      message, kind == RangeKind::part ? SOUP_STATUS_PARTIAL_CONTENT : SOUP_STATUS_OK, nullptr);
  send_file(message, std::move(*file), {whole.first + range.first, whole.first + range.second});
}

}  // namespace classcast::recorder
