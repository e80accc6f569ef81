// SPDX-License-Identifier: MIT
#include "ctl/findings.hpp"
#include "ctl/limit.hpp"
#include "ctl/redact.hpp"
#include "ctl/subprocess.hpp"
#include "protocol/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>

namespace classcast::ctl {
namespace {

using ::testing::HasSubstr;

TEST(Redact, TakesSecretsOutAsTheyAreAndAsUrlsWriteThem) {
  const std::vector<Secret> secrets = {Secret("p%ss word"), Secret()};
  EXPECT_EQ(redact("said p%ss word and p%25ss%20word", secrets), "said *** and ***");
}

TEST(Redact, TakesLoginsOutOfAddresses) {
  EXPECT_EQ(redact("camera rtsp://cam:p@ss@10.0.0.7/live failed", {}),
            "camera rtsp://***@10.0.0.7/live failed");
  EXPECT_EQ(redact("https://school:8443/ and mail@school", {}), "https://school:8443/ and mail@school");
}

TEST(Findings, TellVerdictsAndFixes) {
  Findings findings;
  findings.good("disk", "enough");
  findings.warning("keyframes", "far apart", "set them closer");
  EXPECT_FALSE(findings.any_fault());
  findings.fault("camera", "gone", "ping camera");
  EXPECT_TRUE(findings.any_fault());
  EXPECT_THAT(findings.text(), HasSubstr("do: ping camera"));
  auto json = protocol::JsonReader::parse(findings.json());
  ASSERT_TRUE(json);
  EXPECT_FALSE(json->boolean("ok"));
  EXPECT_EQ(json->objects("findings").size(), 3U);
}

TEST(Limit, LetsGoOfWorkThatDoesNotEnd) {
  auto gate = std::make_shared<std::promise<void>>();
  EXPECT_FALSE(within(10ms, [gate] { gate->get_future().wait(); }));
  gate->set_value();
  EXPECT_TRUE(within(10s, [] {}));
}

TEST(Subprocess, TellsOutputFailureAndAbsence) {
  EXPECT_EQ(output_of({"echo", "hello"}, 10s).value(), "hello\n");
  EXPECT_EQ(output_of({"false"}, 10s).error().code, Errc::unavailable);
  EXPECT_EQ(run({"/nonexistent/program"}, 10s).error().code, Errc::unavailable);
}

TEST(Subprocess, EndsWhatTakesTooLong) {
  auto ended = run({"sleep", "1000"}, 20ms);
  ASSERT_TRUE(ended);
  EXPECT_FALSE(ended->successful);
}

}  // namespace
}  // namespace classcast::ctl
