// SPDX-License-Identifier: MIT
#include "glib/scope.hpp"

#include "glib/ref.hpp"
#include "glib/source.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace classcast::glib {
namespace {

/// Turns the default context until `done`, at most five seconds.
template <typename Condition>
bool turn_until(Condition done) {
  auto deadline = now() + 5s;
  while (!done() && now() < deadline) g_main_context_iteration(nullptr, FALSE);
  return done();
}

TEST(Scope, AGuardedCallbackDiesWithItsOwner) {
  int calls = 0;
  auto scope = std::make_unique<Scope>();
  auto call = scope->guard([&](int by) { calls += by; });
  call(2);
  scope.reset();
  call(2);
  EXPECT_EQ(calls, 2);
}

TEST(Scope, ResetEndsWhatWasGuardedBefore) {
  int calls = 0;
  Scope scope;
  auto before = scope.guard([&] { ++calls; });
  scope.reset();
  auto after = scope.guard([&] { ++calls; });
  before();
  after();
  EXPECT_EQ(calls, 1);
}

TEST(Post, RunsOnTheMainThread) {
  std::thread::id ran_on;
  std::thread([&] { post([&] { ran_on = std::this_thread::get_id(); }); }).join();
  EXPECT_TRUE(turn_until([&] { return ran_on != std::thread::id(); }));
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(Timer, RepeatsUntilItIsCancelled) {
  int ticks = 0;
  auto timer = Timer::every(1ms, [&] { ++ticks; });
  EXPECT_TRUE(turn_until([&] { return ticks >= 3; }));
  timer.cancel();
  EXPECT_FALSE(timer.active());
}

TEST(Timer, MayDestroyItselfWhileItRuns) {
  bool ran = false;
  Timer timer;
  timer = Timer::once(0ms, [&] {
    timer.cancel();
    ran = true;
  });
  EXPECT_TRUE(turn_until([&] { return ran; }));
}

TEST(Ref, CountsAsNamed) {
  auto* object = g_object_new(G_TYPE_OBJECT, nullptr);
  auto adopted = Ref<GObject>::adopt(static_cast<GObject*>(object));
  {
    std::vector<Ref<GObject>> copies(2, adopted);
    EXPECT_EQ(adopted.get()->ref_count, 3U);
  }
  EXPECT_EQ(adopted.get()->ref_count, 1U);
  auto retained = Ref<GObject>::retain(adopted.get());
  EXPECT_EQ(adopted.get()->ref_count, 2U);
}

}  // namespace
}  // namespace classcast::glib
