// SPDX-License-Identifier: MIT
#include "server/api_mail.hpp"

#include "server/credentials.hpp"

namespace classcast::server {

using protocol::ErrorId;
using protocol::JsonWriter;

void MailApi::add_routes(HttpServer& http) {
  http.add({"POST", "/api/v1/mail/trial", Access::admin, [this](auto exchange) { try_mail(exchange); }});
}

void MailApi::try_mail(const ExchangePtr& exchange) {
  auto body = json_body(*exchange);
  if (!body) return;
  auto to = body->text("to");
  if (!complete(*exchange, *body)) return;
  if (to.empty() || !valid_email(to))
    return exchange->problem(ErrorId::bad_request, "The mail address is not usable.");
  auto school = parts_.school.value("school.name");
  auto queued = parts_.mailer.try_once(trial_mail(to, school), school,
                                       scope_.guard([exchange](const Result<void>& sent) {
                                         JsonWriter writer;
                                         writer.boolean("sent", sent.has_value());
                                         if (!sent) writer.text("reason", sent.error().message);
                                         exchange->json(200, writer.finish());
                                       }));
  if (!queued) return exchange->problem(queued.error());
  parts_.audit.note(*exchange, "mail.try", "", to);
}

}  // namespace classcast::server
