// SPDX-License-Identifier: MIT
// /api/v1/account/documents: what pages remember for a person, such as the layouts of the wall.
#pragma once

#include "server/api.hpp"
#include "server/http.hpp"
#include "server/parts.hpp"

#include <string_view>

namespace classcast::server {

class DocumentsApi {
 public:
  static constexpr std::size_t kMaxBytes = 48UL * 1024;
  static constexpr std::size_t kMaxName = 32;

  explicit DocumentsApi(Parts& parts) : parts_(parts) {}
  void add_routes(HttpServer& http);

 private:
  void show(const ExchangePtr& exchange);
  void keep(const ExchangePtr& exchange);

  Parts& parts_;
  glib::Scope scope_;
};

/// 1 to kMaxName of a-z, 0-9 and hyphen.
bool valid_document_name(std::string_view name);

}  // namespace classcast::server
