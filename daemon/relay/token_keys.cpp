// SPDX-License-Identifier: MIT
#include "relay/token_keys.hpp"

#include "glib/log.hpp"

#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

namespace classcast::relay {

namespace {

constexpr std::uintmax_t kMaxKeyBytes = 16 * 1024;

}  // namespace

const protocol::TokenVerifier* TokenKeys::verifier(Instant now) {
  if (!checked_at_ || now - *checked_at_ >= kCheckInterval) {
    checked_at_ = now;
    read();
  }
  return verifier_ ? &*verifier_ : nullptr;
}

void TokenKeys::read() {
  std::error_code error;
  auto changed_at = std::filesystem::last_write_time(file_, error);
  if (error && !std::exchange(absence_told_, true)) {
    glib::log::warning("tokens", "{}: {}; nobody can publish or watch until the server's key is there",
                       file_.string(), error.message());
  }
  if (error || changed_at == changed_at_) return;  // a key that was removed stays valid until it is replaced
  auto size = std::filesystem::file_size(file_, error);
  if (error || size > kMaxKeyBytes) return;
  std::ifstream in(file_, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  auto verifier = protocol::TokenVerifier::create(text.str());
  if (!verifier) {
    glib::log::warning("tokens", "{}: {}", file_.string(), verifier.error().message);
  } else {
    glib::log::info("tokens", "{}: the key that tokens are checked with was read", file_.string());
    verifier_ = std::move(*verifier);
  }
  changed_at_ = changed_at;
}

}  // namespace classcast::relay
