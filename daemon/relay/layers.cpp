// SPDX-License-Identifier: MIT
#include "relay/layers.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace classcast::relay {

namespace {

constexpr std::array<std::string_view, kMaxLayers> kNames = {"high", "mid", "low"};
constexpr std::string_view kAuto = "auto";

/// Customary names of simulcast encodings, each list best first.
constexpr std::array<std::array<std::string_view, 3>, 5> kCustomary = {{{"h", "m", "l"},
                                                                        {"f", "h", "q"},
                                                                        {"high", "mid", "low"},
                                                                        {"hi", "mid", "lo"},
                                                                        {"high", "medium", "low"}}};

/// A stream needs a little more than its rate: it varies, and lost packets are sent twice.
constexpr double kKeep = 0.9;
constexpr double kNeed = 1.15;
constexpr double kProbe = 1.3;
/// Of a layer that has not been measured yet.
constexpr std::uint64_t kAssumed_bps = 2'000'000;

std::uint64_t rate_of(const LayerRate& layer) {
  return layer.bps != 0 ? layer.bps : kAssumed_bps;
}

std::optional<std::size_t> place(std::span<const std::string_view> list, std::string_view rid) {
  auto found = std::find(list.begin(), list.end(), rid);
  if (found == list.end()) return std::nullopt;
  return static_cast<std::size_t>(found - list.begin());
}

/// A number for each encoding, smaller for better; empty when nothing is known.
std::vector<double> merits(std::span<const Encoding> encodings) {
  std::vector<double> merit;
  if (std::all_of(encodings.begin(), encodings.end(), [](const auto& e) { return e.size.has_value(); })) {
    for (const auto& encoding : encodings) merit.push_back(-static_cast<double>(encoding.size->pixels()));
    return merit;
  }
  for (const auto& list : kCustomary) {
    merit.clear();
    for (const auto& encoding : encodings) {
      if (auto at = place(list, encoding.rid)) merit.push_back(static_cast<double>(*at));
    }
    if (merit.size() == encodings.size()) return merit;
  }
  return {};
}

}  // namespace

std::string_view layer_text(LayerName name) {
  return kNames[static_cast<std::size_t>(name)];
}

std::optional<LayerName> parse_layer(std::string_view text) {
  auto at = place(kNames, text);
  return at ? std::optional(static_cast<LayerName>(*at)) : std::nullopt;
}

std::optional<LayerWish> parse_wish(std::string_view text) {
  if (text == kAuto) return LayerWish();
  auto name = parse_layer(text);
  return name ? std::optional<LayerWish>(name) : std::nullopt;
}

std::string_view wish_text(LayerWish wish) {
  return wish ? layer_text(*wish) : kAuto;
}

std::vector<std::size_t> rank_encodings(std::span<const Encoding> encodings) {
  std::vector<std::size_t> order(encodings.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  auto merit = merits(encodings);
  if (merit.empty()) return order;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return merit[a] < merit[b]; });
  return order;
}

LayerName layer_name(std::size_t rank, std::size_t count) {
  if (rank == 0) return LayerName::high;
  return rank + 1 == count ? LayerName::low : LayerName::mid;
}

void LayerChoice::set_wish(LayerWish wish) {
  wish_ = wish;
  poor_since_.reset();
  rich_since_.reset();
  patient_until_ = Instant{};
  patience_ = kFirstPatience;
}

/// The layer of this name, else the next poorer, else the next better.
std::size_t LayerChoice::nearest(std::span<const LayerRate> layers, LayerName name) {
  auto found = std::find_if(layers.begin(), layers.end(), [name](const auto& l) { return l.name >= name; });
  return found == layers.end() ? layers.size() - 1 : static_cast<std::size_t>(found - layers.begin());
}

std::size_t LayerChoice::choose(std::span<const LayerRate> layers, std::optional<std::size_t> current,
                                const PathState& path, Instant now) {
  probe_bps_.reset();
  if (wish_) return nearest(layers, *wish_);
  if (!current || *current >= layers.size()) return 0;
  if (!path.estimate_bps) return *current;
  auto down = judge_down(layers, *current, *path.estimate_bps, now);
  return down != *current ? down : judge_up(layers, *current, path, now);
}

std::size_t LayerChoice::judge_down(std::span<const LayerRate> layers, std::size_t current,
                                    std::uint64_t estimate, Instant now) {
  auto room = static_cast<double>(estimate);
  if (current + 1 == layers.size() || room >= kKeep * static_cast<double>(rate_of(layers[current]))) {
    poor_since_.reset();
    return current;
  }
  if (!poor_since_) poor_since_ = now;
  if (now - *poor_since_ < kDownAfter) return current;
  went_down(now);
  auto fits = std::find_if(layers.begin() + static_cast<std::ptrdiff_t>(current) + 1, layers.end(),
                           [room](const auto& l) { return room >= static_cast<double>(rate_of(l)); });
  return fits == layers.end() ? layers.size() - 1 : static_cast<std::size_t>(fits - layers.begin());
}

void LayerChoice::went_down(Instant now) {
  auto wrong = went_up_at_ && now - *went_up_at_ < kProvenAfter;
  patience_ = wrong ? std::min(patience_ * 2, kLongestPatience) : kFirstPatience;
  patient_until_ = now + patience_;
  went_up_at_.reset();
  poor_since_.reset();
  rich_since_.reset();
}

std::size_t LayerChoice::judge_up(std::span<const LayerRate> layers, std::size_t current,
                                  const PathState& path, Instant now) {
  if (current == 0 || now < patient_until_) {
    rich_since_.reset();
    return current;
  }
  auto rate = static_cast<double>(rate_of(layers[current - 1]));
  auto carried = static_cast<double>(*path.estimate_bps) >= kNeed * rate;
  if (!carried && path.can_probe) probe_bps_ = static_cast<std::uint64_t>(kProbe * rate);
  // Without feedback nobody can say what more the path carries: the better layer is tried when this one is
  // well.
  auto well = !path.can_probe && *path.estimate_bps >= rate_of(layers[current]);
  if (!carried && !well) {
    rich_since_.reset();
    return current;
  }
  if (!rich_since_) rich_since_ = now;
  if (now - *rich_since_ < kUpAfter) {
    if (path.can_probe) probe_bps_ = static_cast<std::uint64_t>(kProbe * rate);
    return current;
  }
  rich_since_.reset();
  went_up_at_ = now;
  return current - 1;
}

}  // namespace classcast::relay
