// SPDX-License-Identifier: MIT
// Forwarding allocates nothing: every allocation of this program is counted, OpenSSL's too, while a camera's
// packets go through the relay to its viewers.
#include "sim/relay_world.hpp"

#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<bool> counting = false;
std::atomic<std::size_t> allocations = 0;

void* counted(std::size_t size) {
  if (counting) ++allocations;
  return std::malloc(size);
}

void* counted_openssl(std::size_t size, const char*, int) {
  return counted(size);
}

void* counted_again(void* memory, std::size_t size, const char*, int) {
  if (counting) ++allocations;
  return std::realloc(memory, size);
}

void freed(void* memory, const char*, int) {
  std::free(memory);
}

/// Before OpenSSL allocates anything.
const bool kOpensslIsCounted = CRYPTO_set_mem_functions(counted_openssl, counted_again, freed) == 1;

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  if (auto* memory = counted(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace classcast::sim {

TEST(RelayAllocation, NoneForAForwardedPacket) {
  ASSERT_TRUE(kOpensslIsCounted);
  World world({});
  CameraClient camera(world);
  std::vector<std::unique_ptr<ViewerClient>> viewers;
  world.network.run_for(1s);
  viewers.reserve(5);
  for (int i = 0; i < 5; ++i) viewers.push_back(std::make_unique<ViewerClient>(world));
  world.network.run_for(1s);
  camera.film(200, 50);
  world.network.run_for(4s);  // everything has grown to its size
  world.inside = &counting;
  auto before = viewers.front()->received.size();
  camera.film(100, 50);
  world.network.run_for(5s);
  world.inside = nullptr;
  EXPECT_GE(viewers.front()->received.size() - before, 390U);
  EXPECT_EQ(allocations, 0U);
}

}  // namespace classcast::sim
