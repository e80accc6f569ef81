// SPDX-License-Identifier: MIT
#include "relay/http_message.hpp"

#include "base/strings.hpp"

#include <algorithm>

namespace classcast::relay {

std::optional<std::string_view> HttpRequest::header(const std::string& name) const {
  auto found = headers.find(name);
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

std::string HttpRequest::content_type() const {
  auto value = header("content-type").value_or("");
  return lower(trim(value.substr(0, value.find(';'))));
}

HttpReply& HttpReply::with(std::string name, std::string value) {
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

std::optional<std::string_view> HttpReply::header(std::string_view name) const {
  auto found =
      std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return iequals(h.first, name); });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

HttpReply problem_reply(const Refusal& refusal) {
  HttpReply reply{protocol::describe(refusal.id).status,
                  {},
                  protocol::kProblemType,
                  protocol::problem_json(refusal.id, refusal.detail)};
  if (refusal.retry_after_s) reply.with("Retry-After", std::to_string(*refusal.retry_after_s));
  if (refusal.id == protocol::ErrorId::unauthenticated) {
    reply.with("WWW-Authenticate", "Bearer realm=\"classcast\"");  // RFC 6750 §3
  }
  return reply;
}

}  // namespace classcast::relay
