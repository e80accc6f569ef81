// SPDX-License-Identifier: MIT
#include "server/operations.hpp"

#include "protocol/json.hpp"

#include <iterator>

namespace classcast::server {

using protocol::ErrorId;

namespace {

void gauge(std::string& out, const char* name, const char* help, std::size_t value) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2}\n", name, help, value);
}

void counter(std::string& out, const char* name, const char* help, std::uint64_t value) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} counter\n{0} {2}\n", name, help, value);
}

void ready(Exchange& exchange, const Figures& figures) {
  if (!figures.database_answers)
    return exchange.problem(ErrorId::unavailable, "The database does not answer.");
  exchange.json(200, protocol::JsonWriter()
                         .text("status", "ready")
                         .boolean("viewer", figures.viewer_loaded)
                         .boolean("relay", figures.relay_answers)
                         .finish());
}

void metrics(Exchange& exchange, const Figures& figures) {
  bool admin = exchange.session() && exchange.session()->role == store::Role::admin;
  if (!admin && !exchange.from_loopback()) {
    return exchange.problem(ErrorId::forbidden, "Metrics are for this machine and for administrators.");
  }
  exchange.answer({200, "text/plain; version=0.0.4; charset=utf-8", metrics_text(figures), {}, {}});
}

}  // namespace

std::string metrics_text(const Figures& figures) {
  std::string out;
  gauge(out, "classcast_rooms", "Rooms.", figures.rooms);
  gauge(out, "classcast_rooms_live", "Rooms whose picture flows.", figures.rooms_live);
  gauge(out, "classcast_classroom_pcs", "Classroom PCs with an open control channel.", figures.classroom_pcs);
  gauge(out, "classcast_browsers", "Pages with an open event channel.", figures.browsers);
  gauge(out, "classcast_sessions", "Signed-in sessions.", figures.sessions);
  gauge(out, "classcast_connections", "Open TCP connections.", figures.connections);
  gauge(out, "classcast_store_queue", "Requests waiting for the database.", figures.store_queue);
  gauge(out, "classcast_proxied_requests", "WHIP and WHEP requests waiting for the relay.", figures.proxied);
  gauge(out, "classcast_relay_up", "1 when the relay answers.", figures.relay_answers ? 1 : 0);
  gauge(out, "classcast_database_up", "1 when the database answers.", figures.database_answers ? 1 : 0);
  gauge(out, "classcast_chat_waiting", "Chat messages on their way to the database.", figures.chat_waiting);
  counter(out, "classcast_chat_messages_total", "Chat messages stored since the start.", figures.chat_stored);
  counter(out, "classcast_stills_refused_total", "Stills that were no JPEG, too large or too early.",
          figures.stills_refused);
  gauge(out, "classcast_mails_waiting", "Mails that wait for the mail server.", figures.mails_waiting);
  counter(out, "classcast_mails_sent_total", "Mails that the mail server took.", figures.mails_sent);
  counter(out, "classcast_mails_failed_total", "Mails that were given up.", figures.mails_failed);
  out += "# HELP classcast_http_answers_total HTTP answers by class of status.\n";
  out += "# TYPE classcast_http_answers_total counter\n";
  for (std::size_t digit = 1; digit < figures.answers.size(); ++digit) {
    fmt::format_to(std::back_inserter(out), "classcast_http_answers_total{{class=\"{}xx\"}} {}\n", digit,
                   figures.answers[digit]);
  }
  return out;
}

void add_operations_routes(HttpServer& http, const std::function<Figures()>& figures) {
  http.add({"GET", "/healthz", Access::open, [](auto exchange) {
              exchange->json(200, protocol::JsonWriter().text("status", "ok").finish());
            }});
  http.add({"GET", "/readyz", Access::open, [figures](auto exchange) { ready(*exchange, figures()); }});
  http.add({"GET", "/metrics", Access::open, [figures](auto exchange) { metrics(*exchange, figures()); }});
}

}  // namespace classcast::server
