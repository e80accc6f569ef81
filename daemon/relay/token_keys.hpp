// SPDX-License-Identifier: MIT
// TokenKeys: the server's public key, read when its file appears and again when it changes.
#pragma once

#include "base/clock.hpp"
#include "protocol/token.hpp"

#include <filesystem>
#include <optional>

namespace classcast::relay {

class TokenKeys {
 public:
  /// How often the file is looked at.
  static constexpr Duration kCheckInterval = 1s;

  explicit TokenKeys(std::filesystem::path file) : file_(std::move(file)) {}

  /// nullptr while there is no usable key.
  const protocol::TokenVerifier* verifier(Instant now);

 private:
  void read();

  std::filesystem::path file_;
  std::optional<Instant> checked_at_;
  std::filesystem::file_time_type changed_at_{};
  bool absence_told_ = false;
  std::optional<protocol::TokenVerifier> verifier_;
};

}  // namespace classcast::relay
