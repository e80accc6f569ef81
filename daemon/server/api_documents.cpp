// SPDX-License-Identifier: MIT
#include "server/api_documents.hpp"

#include "store/documents.hpp"

#include <algorithm>

namespace classcast::server {

using protocol::ErrorId;

namespace {

constexpr const char* kDocumentPath = "/api/v1/account/documents/{document}";

/// Answers 404 when the path names none.
std::optional<std::string> document_name(Exchange& exchange) {
  auto name = exchange.parameter("document");
  if (valid_document_name(name)) return name;
  exchange.problem(ErrorId::not_found, "There is no such document.");
  return std::nullopt;
}

}  // namespace

bool valid_document_name(std::string_view name) {
  return !name.empty() && name.size() <= DocumentsApi::kMaxName &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

void DocumentsApi::add_routes(HttpServer& http) {
  http.add({"GET", kDocumentPath, Access::person, [this](auto exchange) { show(exchange); }});
  http.add({"PUT", kDocumentPath, Access::person, [this](auto exchange) { keep(exchange); }});
}

void DocumentsApi::show(const ExchangePtr& exchange) {
  auto name = document_name(*exchange);
  if (!name) return;
  ask(
      parts_.store, scope_, exchange,
      [user = exchange->session()->user_id, name = *name](store::Database& database) {
        return store::find_document(database, user, name);
      },
      [exchange](const std::optional<std::string>& body) {
        if (!body) return exchange->problem(ErrorId::not_found, "There is no such document.");
        exchange->json(200, *body);
      });
}

void DocumentsApi::keep(const ExchangePtr& exchange) {
  auto name = document_name(*exchange);
  if (!name) return;
  auto body = json_body(*exchange);
  if (!body) return;
  auto text = body->json();
  if (text.size() > kMaxBytes) {
    return exchange->problem(ErrorId::payload_too_large,
                             fmt::format("A document has at most {} bytes.", kMaxBytes));
  }
  ask(
      parts_.store, scope_, exchange,
      [user = exchange->session()->user_id, name = *name, text](store::Database& database) {
        return store::store_document(database, user, name, text, unix_ms());
      },
      [exchange] { no_content(*exchange); });
}

}  // namespace classcast::server
