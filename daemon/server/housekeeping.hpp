// SPDX-License-Identifier: MIT
// Housekeeping: forgets, once an hour, what the school's settings say is too old.
#pragma once

#include "glib/scope.hpp"
#include "glib/source.hpp"
#include "server/parts.hpp"
#include "store/personal.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace classcast::server {

class Housekeeping {
 public:
  static constexpr Duration kInterval = 1h;
  /// So many messages at a time, so that those who write now wait for no more than that.
  static constexpr std::int64_t kMessagesAtATime = 2000;

  explicit Housekeeping(Parts& parts) : parts_(parts) {}
  /// Now and every hour.
  void start();

 private:
  void clean_up();
  void forget_rows();
  void forget_messages(std::int64_t before_ms);
  void forget_people();
  void forgotten(const std::vector<store::ForgottenPerson>& people);
  /// What is older than the days of this setting; 0, before everything, when it says for ever.
  [[nodiscard]] std::int64_t before_ms(std::string_view setting) const;

  Parts& parts_;
  glib::Timer timer_;
  glib::Scope scope_;
};

}  // namespace classcast::server
