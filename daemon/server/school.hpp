// SPDX-License-Identifier: MIT
// School: the settings that administrators change while the server runs, each with its explanation. Pure.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace classcast::server {

enum class SettingKind { choice, integer, text };

struct SettingInfo {
  std::string_view key;
  SettingKind kind;
  std::string_view otherwise;
  std::string_view explanation;
  std::vector<std::string_view> choices = {};
  std::int64_t least = 0;
  std::int64_t most = 0;
  /// 0 is good too, though less than `least`: it means for ever.
  bool or_zero = false;
};

class School {
 public:
  static std::span<const SettingInfo> known();
  /// Errc::invalid says what the setting accepts.
  static Result<void> check(std::string_view key, std::string_view value);

  void load(const std::vector<std::pair<std::string, std::string>>& rows);
  void set(const std::string& key, std::string value) { values_.insert_or_assign(key, std::move(value)); }
  /// After settings were changed.
  std::function<void()> on_changed;
  [[nodiscard]] std::string value(std::string_view key) const;
  [[nodiscard]] std::int64_t number(std::string_view key) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

std::string_view text(SettingKind kind);

}  // namespace classcast::server
