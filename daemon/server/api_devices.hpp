// SPDX-License-Identifier: MIT
// /api/v1/devices, /rooms/{room}/device, /enrolments: classroom PCs, their credentials, and commands to them.
#pragma once

#include "server/api.hpp"
#include "server/http.hpp"
#include "server/parts.hpp"
#include "server/throttle.hpp"

#include <string>

namespace classcast::server {

class DevicesApi {
 public:
  static constexpr std::int64_t kCodeLifeMs = 24LL * 3600 * 1000;
  static constexpr std::int64_t kTokenLifeMs = 7 * kCodeLifeMs;
  static constexpr std::int64_t kMaxTokenLifeMs = 90 * kCodeLifeMs;
  /// 40-bit codes: thirty tries, then one in two seconds per address.
  static constexpr Throttle::Rate kEnrolRate = {30, 2s};
  static constexpr std::size_t kMaxThrottled = 4096;
  static constexpr std::size_t kMaxHosts = 1000;

  explicit DevicesApi(Parts& parts) : parts_(parts) {}
  void add_routes(HttpServer& http);

 private:
  void list(Exchange& exchange);
  void show(Exchange& exchange);
  void replace(const ExchangePtr& exchange);
  void revoke(const ExchangePtr& exchange);
  void command(const ExchangePtr& exchange);
  void make_code(const ExchangePtr& exchange);
  void enrol(const ExchangePtr& exchange);
  void enrolled(const ExchangePtr& exchange, const store::Device& device, const Secret& credential);
  void list_tokens(const ExchangePtr& exchange);
  void make_token(const ExchangePtr& exchange);
  void remove_token(const ExchangePtr& exchange);
  void write_device(protocol::JsonWriter& writer, const store::Device& device) const;

  Parts& parts_;
  Throttle tries_{kEnrolRate, kMaxThrottled};
  glib::Scope scope_;
};

}  // namespace classcast::server
