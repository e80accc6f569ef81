// SPDX-License-Identifier: MIT
#include "server/passwords.hpp"

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/strings.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <optional>

namespace classcast::server {

namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
/// A hash in the database that asks for more is not ours.
constexpr std::uint64_t kMaxMemory = 256ULL << 20;

struct StoredHash {
  ScryptCost cost;
  Buffer salt;
  Buffer hash;
};

std::optional<Buffer> scrypt(std::string_view password, Bytes salt, const ScryptCost& cost) {
  Buffer out(kHashBytes);
  int done = EVP_PBE_scrypt(password.data(), password.size(), salt.data(), salt.size(), cost.n, cost.r,
                            cost.p, kMaxMemory, out.data(), out.size());
  return done == 1 ? std::optional(out) : std::nullopt;
}

std::optional<StoredHash> parse(std::string_view text) {
  auto parts = split(text, '$');
  if (parts.size() != 6 || parts[0] != "scrypt") return std::nullopt;
  auto n = parse_int(parts[1]);
  auto r = parse_int(parts[2]);
  auto p = parse_int(parts[3]);
  auto salt = base64url_decode(parts[4]);
  auto hash = base64url_decode(parts[5]);
  constexpr std::int64_t kMaxN = 1 << 20;
  constexpr std::int64_t kMaxFactor = 64;
  bool sane = n && r && p && salt && hash && *n > 1 && *n <= kMaxN && *r > 0 && *r <= kMaxFactor && *p > 0 &&
              *p <= kMaxFactor && hash->size() == kHashBytes;
  if (!sane) return std::nullopt;
  ScryptCost cost{static_cast<std::uint64_t>(*n), static_cast<std::uint32_t>(*r),
                  static_cast<std::uint32_t>(*p)};
  return StoredHash{cost, *salt, *hash};
}

}  // namespace

std::string hash_password(const Secret& password, const ScryptCost& cost) {
  Buffer salt(kSaltBytes);
  random_fill(salt);
  auto hash = scrypt(password.reveal(), salt, cost);
  // Only an impossible cost makes scrypt fail; an empty hash matches no password.
  return fmt::format("scrypt${}${}${}${}${}", cost.n, cost.r, cost.p, base64url(salt),
                     hash ? base64url(*hash) : std::string());
}

bool verify_password(const Secret& password, std::string_view hash) {
  auto stored = parse(hash);
  if (!stored) return false;
  auto actual = scrypt(password.reveal(), stored->salt, stored->cost);
  return actual && CRYPTO_memcmp(actual->data(), stored->hash.data(), kHashBytes) == 0;
}

Secret random_password() {
  constexpr std::string_view kAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  static_assert(kAlphabet.size() == 32);
  constexpr std::size_t kCharacters = 20;
  constexpr std::size_t kGroup = 5;
  Buffer random(kCharacters);
  random_fill(random);
  std::string text;
  for (std::size_t i = 0; i < kCharacters; ++i) {
    if (i > 0 && i % kGroup == 0) text += '-';
    text += kAlphabet[random[i] % kAlphabet.size()];
  }
  return Secret(text);
}

PasswordWorkers::PasswordWorkers(Executor post_back, unsigned threads) : post_back_(std::move(post_back)) {
  for (unsigned i = 0; i < std::max(1U, threads); ++i) threads_.emplace_back([this] { loop(); });
}

PasswordWorkers::~PasswordWorkers() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

Result<void> PasswordWorkers::verify(Secret password, std::string hash, std::function<void(bool)> done) {
  return enqueue([this, password = std::move(password), hash = std::move(hash), done = std::move(done)] {
    bool matches = verify_password(password, hash);
    post_back_([done, matches] { done(matches); });
  });
}

Result<void> PasswordWorkers::hash(Secret password, std::function<void(std::string)> done) {
  return enqueue([this, password = std::move(password), done = std::move(done)] {
    auto hash = hash_password(password);
    post_back_([done, hash] { done(hash); });
  });
}

Result<void> PasswordWorkers::enqueue(Work work) {
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= kMaxQueued) return fail(Errc::exhausted, "too many people are signing in at once");
    queue_.push_back(std::move(work));
  }
  wake_.notify_one();
  return {};
}

void PasswordWorkers::loop() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
  }
}

}  // namespace classcast::server
