// SPDX-License-Identifier: MIT
// /api/v1/mail/trial: whether mail arrives, and why not.
#pragma once

#include "server/api.hpp"
#include "server/http.hpp"
#include "server/parts.hpp"

namespace classcast::server {

class MailApi {
 public:
  explicit MailApi(Parts& parts) : parts_(parts) {}
  void add_routes(HttpServer& http);

 private:
  void try_mail(const ExchangePtr& exchange);

  Parts& parts_;
  glib::Scope scope_;
};

}  // namespace classcast::server
