// SPDX-License-Identifier: MIT
// /api/v1/rooms/{room}/messages, /read, /export: the chat for scripts and for those who cannot keep a channel
// open.
#pragma once

#include "server/api.hpp"
#include "server/http.hpp"
#include "server/parts.hpp"

namespace classcast::server {

class ChatApi {
 public:
  static constexpr std::int64_t kMaxPage = 200;
  static constexpr std::int64_t kMaxExport = 100'000;

  explicit ChatApi(Parts& parts) : parts_(parts) {}
  void add_routes(HttpServer& http);

 private:
  void list(const ExchangePtr& exchange);
  void send(const ExchangePtr& exchange);
  void edit(const ExchangePtr& exchange);
  void remove(const ExchangePtr& exchange);
  void pin(const ExchangePtr& exchange, bool pinned);
  void read(const ExchangePtr& exchange);
  void export_all(const ExchangePtr& exchange);

  [[nodiscard]] Speaker speaker(const Exchange& exchange) const;
  bool may_speak(Exchange& exchange);
  std::optional<std::string> readable(Exchange& exchange, std::string_view text);

  Parts& parts_;
  glib::Scope scope_;
};

/// The chat as a file. A cell of CSV (RFC 4180) that a spreadsheet would take for a formula is disarmed.
std::string chat_as_csv(const std::vector<store::Message>& messages);
std::string chat_as_text(const std::vector<store::Message>& messages);
std::string csv_cell(std::string_view text);
/// 2026-11-21T15:04:05Z
std::string utc_text(std::int64_t unix_ms);

}  // namespace classcast::server
