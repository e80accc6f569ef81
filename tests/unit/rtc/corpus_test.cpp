// SPDX-License-Identifier: MIT
// Every input that a fuzzer found worth keeping, in every build. Inputs that once crashed stay here for ever.
#include "fuzz/targets.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace classcast {
namespace {

struct Target {
  const char* name;
  void (*run)(Bytes);
};

class Corpus : public testing::TestWithParam<Target> {};

TEST_P(Corpus, runs_without_a_crash) {
  std::size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(FIXTURES "/../fuzz/corpus/") + GetParam().name)) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream file(entry.path(), std::ios::binary);
    Buffer input{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    GetParam().run(input);
    // And every way of cutting it short, as a network does.
    for (std::size_t size = 0; size < input.size(); size += 1 + input.size() / 64) {
      GetParam().run(Bytes(input).first(size));
    }
    ++count;
  }
  EXPECT_GT(count, 0U) << "the corpus is missing";
}

INSTANTIATE_TEST_SUITE_P(Targets, Corpus,
                         testing::Values(Target{"stun", fuzz::stun}, Target{"rtp", fuzz::rtp},
                                         Target{"rtcp", fuzz::rtcp}, Target{"sdp", fuzz::sdp},
                                         Target{"sdp_fragment", fuzz::sdp_fragment},
                                         Target{"dtls", fuzz::dtls}, Target{"tcp_framing", fuzz::tcp_framing},
                                         Target{"http", fuzz::http}),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace classcast
