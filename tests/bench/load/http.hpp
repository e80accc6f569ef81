// SPDX-License-Identifier: MIT
// Http: the few requests that a load generator makes, one connection each, blocking.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace classcast::load {

struct HttpReply {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

class Http {
 public:
  /// Of a server on 127.0.0.1.
  explicit Http(std::uint16_t port) : port_(port) {}

  /// Errc::unavailable when nobody listens; Errc::invalid for what is no HTTP.
  [[nodiscard]] Result<HttpReply> request(std::string_view method, std::string_view path,
                                          std::string_view content_type = {},
                                          std::string_view body = {}) const;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_;
};

}  // namespace classcast::load
