// SPDX-License-Identifier: MIT
#include "server/api.hpp"

#include "base/strings.hpp"

#include <algorithm>

namespace classcast::server {

using protocol::ErrorId;

std::optional<protocol::JsonReader> json_body(Exchange& exchange) {
  if (exchange.content_type() != "application/json") {
    exchange.problem(ErrorId::unsupported_media_type, "The body must be application/json.");
    return std::nullopt;
  }
  auto body = protocol::JsonReader::parse(exchange.body());
  if (body) return std::move(*body);
  exchange.problem(body.error());
  return std::nullopt;
}

bool complete(Exchange& exchange, const protocol::JsonReader& body) {
  auto read = body.finish();
  if (!read) exchange.problem(read.error());
  return read.has_value();
}

void no_content(Exchange& exchange) {
  exchange.answer({204, "", "", {}, {}});
}

std::optional<std::int64_t> query_number(Exchange& exchange, const char* name, std::int64_t otherwise,
                                         std::int64_t least, std::int64_t most) {
  auto text = exchange.query(name);
  if (!text) return otherwise;
  auto number = parse_int(*text);
  if (number && *number >= least && *number <= most) return number;
  exchange.problem(ErrorId::bad_request,
                   fmt::format("\"{}\" must be a whole number from {} to {}.", name, least, most));
  return std::nullopt;
}

std::optional<std::string> query_text(Exchange& exchange, const char* name, std::size_t most) {
  auto text = exchange.query(name).value_or("");
  if (text.size() <= most) return text;
  exchange.problem(ErrorId::bad_request, fmt::format("\"{}\" has more than {} bytes.", name, most));
  return std::nullopt;
}

std::optional<std::int64_t> path_number(Exchange& exchange, const char* name) {
  auto number = parse_int(exchange.parameter(name));
  if (number && *number > 0) return number;
  exchange.problem(ErrorId::not_found, fmt::format("There is no such {}.", name));
  return std::nullopt;
}

bool valid_line(std::string_view text, std::size_t most) {
  bool control = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; });
  return text == trim(text) && !text.empty() && characters(text) <= most && !control;
}

std::size_t characters(std::string_view text) {
  // Every byte but UTF-8's continuation bytes (10xxxxxx) begins a character.
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace classcast::server
