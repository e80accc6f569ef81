// SPDX-License-Identifier: MIT
// Errors at the HTTP edge: application/problem+json (RFC 9457) with the stable ids of docs/ref/protocol.md
// §1.
#pragma once

#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace classcast::protocol {

inline constexpr const char* kProblemType = "application/problem+json";

enum class ErrorId {
  bad_request,
  unauthenticated,
  invalid_credentials,
  code_required,
  forbidden,
  sign_up_closed,
  not_found,
  method_not_allowed,
  conflict,
  precondition_failed,
  payload_too_large,
  message_too_long,
  unsupported_media_type,
  unprocessable,
  precondition_required,
  too_many_requests,
  internal,
  bad_gateway,
  unavailable,
  // Only on the browsers' channel; the status is not used.
  unknown_type,
  not_subscribed,
};

struct ErrorEntry {
  ErrorId id;
  int status;
  const char* name;
  const char* title;
};

const ErrorEntry& describe(ErrorId id);
/// The one table from error kinds to HTTP errors.
ErrorId error_id(Errc code);
/// The body; `detail` is one sentence for the person who asked, without secrets.
std::string problem_json(ErrorId id, std::string_view detail);

}  // namespace classcast::protocol
