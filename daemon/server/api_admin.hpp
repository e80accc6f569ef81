// SPDX-License-Identifier: MIT
// /api/v1/audit, /settings, /openapi.json: what administrators read and set.
#pragma once

#include "server/api.hpp"
#include "server/http.hpp"
#include "server/parts.hpp"

#include <functional>
#include <optional>

namespace classcast::server {

class AdminApi {
 public:
  static constexpr std::int64_t kMaxPage = 200;
  static constexpr std::int64_t kMaxExport = 100'000;

  explicit AdminApi(Parts& parts) : parts_(parts) {}
  void add_routes(HttpServer& http);

 private:
  static std::optional<store::AuditFilter> read_filter(Exchange& exchange);
  void audit(const ExchangePtr& exchange);
  void export_audit(const ExchangePtr& exchange);
  void settings(Exchange& exchange);
  void change_settings(const ExchangePtr& exchange);

  Parts& parts_;
  glib::Scope scope_;
};

/// docs/ref/openapi.json, compiled in.
std::string_view openapi_document();

}  // namespace classcast::server
