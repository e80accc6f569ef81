// SPDX-License-Identifier: MIT
// /api/v1/setup: what a page may know before anybody signs in, and the first set-up.
#pragma once

#include "server/api.hpp"
#include "server/http.hpp"
#include "server/parts.hpp"

#include <string>

namespace classcast::server {

class SetupApi {
 public:
  explicit SetupApi(Parts& parts) : parts_(parts) {}
  void add_routes(HttpServer& http);

 private:
  void show_setup(Exchange& exchange);
  void set_up(const ExchangePtr& exchange);
  void store_setup(const ExchangePtr& exchange, const std::string& school, const std::string& sign_up);

  Parts& parts_;
  glib::Scope scope_;
};

}  // namespace classcast::server
