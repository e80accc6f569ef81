// SPDX-License-Identifier: MIT
#include "protocol/problem.hpp"

#include "protocol/json.hpp"

#include <algorithm>
#include <array>

namespace classcast::protocol {

namespace {

constexpr std::array kErrors = {
    ErrorEntry{ErrorId::bad_request, 400, "bad-request", "The request cannot be understood"},
    ErrorEntry{ErrorId::unauthenticated, 401, "unauthenticated", "Sign in first"},
    ErrorEntry{ErrorId::invalid_credentials, 401, "invalid-credentials", "Wrong name or password"},
    ErrorEntry{ErrorId::code_required, 401, "code-required", "A one-time code is asked for"},
    ErrorEntry{ErrorId::forbidden, 403, "forbidden", "Not allowed"},
    ErrorEntry{ErrorId::sign_up_closed, 403, "sign-up-closed", "No accounts are made here"},
    ErrorEntry{ErrorId::not_found, 404, "not-found", "Not found"},
    ErrorEntry{ErrorId::method_not_allowed, 405, "method-not-allowed", "This cannot be done here"},
    ErrorEntry{ErrorId::conflict, 409, "conflict", "In conflict with the present state"},
    ErrorEntry{ErrorId::precondition_failed, 412, "precondition-failed", "Meant for another state"},
    ErrorEntry{ErrorId::payload_too_large, 413, "payload-too-large", "Too large"},
    ErrorEntry{ErrorId::message_too_long, 413, "message-too-long", "The message is too long"},
    ErrorEntry{ErrorId::unsupported_media_type, 415, "unsupported-media-type", "Wrong content type"},
    ErrorEntry{ErrorId::unprocessable, 422, "unprocessable", "This cannot be served"},
    ErrorEntry{ErrorId::precondition_required, 428, "precondition-required", "If-Match is missing"},
    ErrorEntry{ErrorId::too_many_requests, 429, "too-many-requests", "Too many requests"},
    ErrorEntry{ErrorId::internal, 500, "internal", "A fault of ours"},
    ErrorEntry{ErrorId::bad_gateway, 502, "bad-gateway", "The relay cannot be reached"},
    ErrorEntry{ErrorId::unavailable, 503, "unavailable", "Not available now"},
    ErrorEntry{ErrorId::unknown_type, 400, "unknown-type", "Unknown kind of message"},
    ErrorEntry{ErrorId::not_subscribed, 409, "not-subscribed", "Subscribe first"},
};

}  // namespace

const ErrorEntry& describe(ErrorId id) {
  return *std::find_if(kErrors.begin(), kErrors.end(), [id](const auto& entry) { return entry.id == id; });
}

ErrorId error_id(Errc code) {
  switch (code) {
    case Errc::invalid:
      return ErrorId::bad_request;
    case Errc::denied:
      return ErrorId::forbidden;
    case Errc::not_found:
      return ErrorId::not_found;
    case Errc::conflict:
      return ErrorId::conflict;
    case Errc::exhausted:
    case Errc::unavailable:
    case Errc::timeout:
      return ErrorId::unavailable;
    case Errc::internal:
      break;
  }
  return ErrorId::internal;
}

std::string problem_json(ErrorId id, std::string_view detail) {
  const auto& entry = describe(id);
  return JsonWriter()
      .text("type", std::string("urn:classcast:error:") + entry.name)
      .text("title", entry.title)
      .integer("status", entry.status)
      .text("detail", detail)
      .finish();
}

}  // namespace classcast::protocol
