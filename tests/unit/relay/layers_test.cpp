// SPDX-License-Identifier: MIT
#include "relay/layers.hpp"

#include "relay/playout_delay.hpp"
#include "relay/quality.hpp"
#include "unit/relay/media.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace classcast::relay {

using testing::at_ms;
using ::testing::ElementsAre;

namespace {

const std::optional<LayerWish> kAutomatic(std::in_place);
const std::vector<LayerRate> kLayers = {{LayerName::high, 2'000'000}, {LayerName::low, 300'000}};

PathState on_path(std::uint64_t bps, bool can_probe = true) {
  return {bps, can_probe};
}

/// Chooses every 100 ms as the relay does; the layer at the end.
std::size_t run(LayerChoice& choice, std::size_t current, const PathState& state, int from_ms, int to_ms) {
  for (int ms = from_ms; ms < to_ms; ms += 100) current = choice.choose(kLayers, current, state, at_ms(ms));
  return current;
}

}  // namespace

TEST(Layers, AreKnownByName) {
  EXPECT_EQ(parse_wish("auto"), kAutomatic);
  EXPECT_EQ(parse_wish("low"), std::optional<LayerWish>(LayerName::low));
  EXPECT_FALSE(parse_wish("LOW"));
  EXPECT_FALSE(parse_wish(""));
  EXPECT_EQ(wish_text(std::nullopt), "auto");
  EXPECT_EQ(layer_name(0, 1), LayerName::high);
  EXPECT_EQ(layer_name(1, 2), LayerName::low);
  EXPECT_EQ(layer_name(1, 3), LayerName::mid);
}

TEST(Layers, OfASimulcastAreRankedBySizeThenByCustomThenAsOffered) {
  using Size = rtc::PictureSize;
  EXPECT_THAT(rank_encodings(std::vector<Encoding>{{"a", Size{320, 180}}, {"b", Size{1280, 720}}}),
              ElementsAre(1, 0));
  EXPECT_THAT(rank_encodings(std::vector<Encoding>{{"q", {}}, {"h", {}}, {"f", {}}}), ElementsAre(2, 1, 0));
  EXPECT_THAT(rank_encodings(std::vector<Encoding>{{"l", {}}, {"h", {}}}), ElementsAre(1, 0));
  EXPECT_THAT(rank_encodings(std::vector<Encoding>{{"1", {}}, {"2", Size{1, 1}}}), ElementsAre(0, 1));
  EXPECT_THAT(rank_encodings(std::vector<Encoding>{}), ElementsAre());
}

TEST(LayerChoice, GivesWhatIsAskedForOrTheNextPoorer) {
  LayerChoice choice;
  choice.set_wish(LayerName::low);
  EXPECT_EQ(choice.choose(kLayers, 0, on_path(9'000'000), at_ms(0)), 1U);
  choice.set_wish(LayerName::mid);
  EXPECT_EQ(choice.choose(kLayers, 0, on_path(9'000'000), at_ms(0)), 1U);
  choice.set_wish(LayerName::high);
  EXPECT_EQ(choice.choose(kLayers, 1, on_path(1), at_ms(0)), 0U) << "an explicit wish is not overruled";
  choice.set_wish(LayerName::low);
  EXPECT_EQ(choice.choose(std::vector<LayerRate>{{LayerName::high, 1}}, {}, {}, at_ms(0)), 0U);
}

TEST(LayerChoice, BeginsWithTheBestAndKeepsItWhileNothingIsKnown) {
  LayerChoice choice;
  EXPECT_EQ(choice.choose(kLayers, std::nullopt, {}, at_ms(0)), 0U);
  EXPECT_EQ(run(choice, 0, {}, 0, 60'000), 0U);
}

TEST(LayerChoice, GoesDownSoonAndUpAfterAStablePeriod) {
  LayerChoice choice;
  EXPECT_EQ(run(choice, 0, on_path(900'000), 0, 500), 0U) << "not at the first bad estimate";
  EXPECT_EQ(run(choice, 0, on_path(900'000), 500, 1000), 1U);
  EXPECT_EQ(run(choice, 1, on_path(3'000'000), 1000, 4000), 1U) << "patient at first";
  EXPECT_EQ(run(choice, 1, on_path(3'000'000), 4000, 8000), 0U);
}

TEST(LayerChoice, ProbesWhenOnlyTheEstimateIsInTheWay) {
  LayerChoice choice;
  EXPECT_EQ(run(choice, 1, on_path(450'000), 0, 10'000), 1U);
  ASSERT_TRUE(choice.probe_bps());
  EXPECT_GT(*choice.probe_bps(), 2'000'000U);
  choice.choose(kLayers, 0, on_path(3'000'000), at_ms(10'100));
  EXPECT_FALSE(choice.probe_bps()) << "there is nothing better";
}

TEST(LayerChoice, TriesTheBetterLayerWhereItCannotProbe) {
  LayerChoice choice;
  EXPECT_EQ(run(choice, 1, on_path(450'000, false), 0, 2200), 0U);
}

TEST(LayerChoice, WaitsEverLongerAfterStepsUpThatWereWrong) {
  LayerChoice choice;
  std::size_t current = 0;
  std::vector<int> ups;
  for (int ms = 0; ms < 200'000; ms += 100) {
    auto before = current;
    // The path looks good on low and breaks down on high.
    current = choice.choose(kLayers, current, on_path(current == 0 ? 900'000 : 3'000'000), at_ms(ms));
    if (current < before) ups.push_back(ms);
  }
  ASSERT_GE(ups.size(), 4U);
  EXPECT_LE(ups.size(), 10U);
  for (std::size_t i = 2; i < ups.size() && ups[i] < 100'000; ++i) {
    EXPECT_GT(ups[i] - ups[i - 1], ups[i - 1] - ups[i - 2]);
  }
}

TEST(PlayoutDelay, IsAskedForOnlyWhereThePathLosesPackets) {
  PlayoutDelay delay;
  for (int i = 0; i < 20; ++i) delay.on_report(0, 80ms);
  EXPECT_FALSE(delay.units()) << "nothing is said without a reason";
  delay.on_report(0.03, std::nullopt);
  EXPECT_FALSE(delay.units()) << "how long is not known yet";
  delay.on_report(0.03, 80ms);
  EXPECT_EQ(delay.units(), 26) << "two repetitions and a little more";
  delay.on_report(0.03, 85ms);
  EXPECT_EQ(delay.units(), 26) << "it does not follow every change";
  delay.on_report(0.03, 1s);
  EXPECT_EQ(delay.units(), PlayoutDelay::kLongest / PlayoutDelay::kUnit);
  for (int i = 0; i < 20; ++i) delay.on_report(0, 80ms);
  EXPECT_EQ(delay.units(), 0) << "taken back aloud";
}

TEST(QualityMeter, ChangesItsWordWithHysteresis) {
  QualityMeter meter;
  QualitySample fine{0, 5ms, 20ms};
  QualitySample bad{0.2, 5ms, 20ms};
  EXPECT_EQ(meter.quality(at_ms(0)), Quality::good) << "before anything is known";
  for (int i = 0; i < QualityMeter::kBetterAfter; ++i) meter.on_sample(fine, at_ms(i * 1000));
  EXPECT_EQ(meter.quality(at_ms(5000)), Quality::excellent);
  meter.on_sample(bad, at_ms(6000));
  EXPECT_EQ(meter.quality(at_ms(6000)), Quality::excellent) << "one report is no trend";
  meter.on_sample(bad, at_ms(7000));
  EXPECT_EQ(meter.quality(at_ms(7000)), Quality::poor);
  meter.on_sample(fine, at_ms(8000));
  EXPECT_EQ(meter.quality(at_ms(8000)), Quality::poor);
  EXPECT_EQ(meter.quality(at_ms(8000) + QualityMeter::kSilence), Quality::lost);
}

TEST(QualityMeter, WeighsLossJitterAndRoundTrip) {
  auto word = [](QualitySample sample) {
    QualityMeter meter;
    for (int i = 0; i < QualityMeter::kBetterAfter; ++i) meter.on_sample(sample, at_ms(i));
    return meter.quality(at_ms(5));
  };
  EXPECT_EQ(word({0.005, 10ms, std::nullopt}), Quality::excellent);
  EXPECT_EQ(word({0.03, 10ms, 20ms}), Quality::good);
  EXPECT_EQ(word({0, 200ms, 20ms}), Quality::poor);
  EXPECT_EQ(word({0, 10ms, 600ms}), Quality::poor);
}

}  // namespace classcast::relay
