// SPDX-License-Identifier: MIT
#include "server/sessions.hpp"

#include "base/random.hpp"
#include "base/strings.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace classcast::server {

namespace {
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kCsrfBytes = 16;
}  // namespace

std::string sha256_hex(std::string_view text) {
  std::array<std::uint8_t, 32> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return to_hex(digest);
}

std::string media_subject(const store::Session& session) {
  constexpr std::size_t kDigits = 12;
  return media_subject(session.user_id) + "/" + session.token_hash.substr(0, kDigits);
}

std::string media_subject(std::int64_t user_id) {
  return "user:" + std::to_string(user_id);
}

Sessions::Opened Sessions::open(const store::User& user, std::int64_t now_ms) {
  auto token = random_hex(kTokenBytes);
  return {{sha256_hex(token), user.id, user.name, user.role, random_hex(kCsrfBytes), now_ms, now_ms}, token};
}

std::vector<std::string> Sessions::add(store::Session session) {
  auto mine = of_user(session.user_id);
  std::sort(mine.begin(), mine.end(), [](auto* a, auto* b) { return a->seen_ms < b->seen_ms; });
  std::vector<std::string> ended;
  for (std::size_t i = 0; i + kMaxSessionsPerUser <= mine.size(); ++i) ended.push_back(mine[i]->token_hash);
  for (const auto& hash : ended) remove(hash);
  auto hash = session.token_hash;
  sessions_.insert_or_assign(std::move(hash), std::move(session));
  return ended;
}

const store::Session* Sessions::find(std::string_view token, std::int64_t now_ms) {
  if (token.size() != 2 * kTokenBytes) return nullptr;
  auto found = sessions_.find(sha256_hex(token));
  if (found == sessions_.end()) return nullptr;
  if (ended(found->second, now_ms)) {
    remove(std::string(found->first));
    return nullptr;
  }
  touch(found->first, now_ms);
  return &found->second;
}

void Sessions::touch(const std::string& token_hash, std::int64_t now_ms) {
  auto found = sessions_.find(token_hash);
  if (found == sessions_.end() || now_ms - found->second.seen_ms < kTouchMs) return;
  found->second.seen_ms = now_ms;
  if (on_touched) on_touched(found->second);
}

void Sessions::remove(const std::string& token_hash) {
  auto ended = sessions_.extract(token_hash);
  if (ended && on_ended) on_ended(ended.mapped());
}

std::size_t Sessions::remove_of_user(std::int64_t user_id, const std::string& except) {
  std::vector<std::string> hashes;
  for (const auto* session : of_user(user_id)) {
    if (session->token_hash != except) hashes.push_back(session->token_hash);
  }
  for (const auto& hash : hashes) remove(hash);
  return hashes.size();
}

std::vector<store::Session> Sessions::list_of_user(std::int64_t user_id) const {
  std::vector<store::Session> mine;
  for (const auto* session : of_user(user_id)) mine.push_back(*session);
  std::sort(mine.begin(), mine.end(), [](const auto& a, const auto& b) { return a.seen_ms > b.seen_ms; });
  return mine;
}

void Sessions::update_user(std::int64_t user_id, const std::string& name, store::Role role) {
  for (auto& [hash, session] : sessions_) {
    if (session.user_id != user_id) continue;
    session.user_name = name;
    session.role = role;
  }
}

void Sessions::expire(std::int64_t now_ms) {
  std::vector<std::string> old;
  for (const auto& [hash, session] : sessions_) {
    if (ended(session, now_ms)) old.push_back(hash);
  }
  for (const auto& hash : old) remove(hash);
}

bool Sessions::ended(const store::Session& session, std::int64_t now_ms) {
  return now_ms - session.created_ms >= kAbsoluteMs || now_ms - session.seen_ms >= kIdleMs;
}

std::vector<const store::Session*> Sessions::of_user(std::int64_t user_id) const {
  std::vector<const store::Session*> mine;
  for (const auto& [hash, session] : sessions_) {
    if (session.user_id == user_id) mine.push_back(&session);
  }
  return mine;
}

std::string_view cookie_value(std::string_view header, std::string_view name) {
  for (auto part : split(header, ';')) {
    part = trim(part);
    auto equals = part.find('=');
    if (equals != std::string_view::npos && part.substr(0, equals) == name) return part.substr(equals + 1);
  }
  return {};
}

}  // namespace classcast::server
