// SPDX-License-Identifier: MIT
// Layers: the same picture in several sizes, best first, and which of them one viewer is to get.
#pragma once

#include "base/clock.hpp"
#include "rtc/picture_size.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::relay {

/// Best first.
enum class LayerName : std::uint8_t { high, mid, low };

std::string_view layer_text(LayerName name);
/// "high", "mid" or "low".
std::optional<LayerName> parse_layer(std::string_view text);

/// The picture sizes that one stream may come in; a simulcast with more loses those at the end of its list.
inline constexpr std::size_t kMaxLayers = 3;

/// What a viewer asks for; nullopt leaves the choice to the relay.
using LayerWish = std::optional<LayerName>;
/// "auto" or a layer's name; nullopt for anything else.
std::optional<LayerWish> parse_wish(std::string_view text);
std::string_view wish_text(LayerWish wish);

/// One encoding of a simulcast (RFC 8853), by what may order it.
struct Encoding {
  std::string_view rid;
  std::optional<rtc::PictureSize> size;
};
/// The encodings' indices, the best first: by picture size where all are known, else by their names (h, m, l;
/// f, h, q), else as offered. Browsers list them in either order.
std::vector<std::size_t> rank_encodings(std::span<const Encoding> encodings);
/// The names of `count` layers, best first: high; high and low; high, mid and low.
LayerName layer_name(std::size_t rank, std::size_t count);

class Track;

/// A layer as a room has it.
struct Picture {
  LayerName name = LayerName::high;
  Track* track = nullptr;
  bool operator==(const Picture&) const = default;
};

/// What a room has to give: its picture's layers, best first, and its sound. Pointers are valid until the
/// room says otherwise.
struct Sources {
  std::vector<Picture> pictures;
  Track* sound = nullptr;
  bool operator==(const Sources&) const = default;
};

/// What is known of a layer when one is chosen.
struct LayerRate {
  LayerName name = LayerName::high;
  /// On the wire; 0 while unknown.
  std::uint64_t bps = 0;
};

/// What is known of the viewer's path.
struct PathState {
  std::optional<std::uint64_t> estimate_bps;
  /// Whether a probe can raise the estimate; else a better layer is simply tried.
  bool can_probe = false;
};

/// Which layer a viewer gets. Automatic: down soon after the path stops carrying the present one, up after it
/// has carried the next for a while, and ever more patiently when that proves wrong.
class LayerChoice {
 public:
  static constexpr Duration kDownAfter = 700ms;
  static constexpr Duration kUpAfter = 2s;
  static constexpr Duration kFirstPatience = 4s;
  static constexpr Duration kLongestPatience = 60s;
  /// A step up that is taken back within this time was wrong.
  static constexpr Duration kProvenAfter = 20s;

  void set_wish(LayerWish wish);
  [[nodiscard]] LayerWish wish() const { return wish_; }
  /// The index of the layer to send, out of `layers` (best first, not empty); `current` is the one that is
  /// sent, if any.
  std::size_t choose(std::span<const LayerRate> layers, std::optional<std::size_t> current,
                     const PathState& path, Instant now);
  /// The speed to probe at, when only the estimate stands between the viewer and a better layer.
  [[nodiscard]] std::optional<std::uint64_t> probe_bps() const { return probe_bps_; }

 private:
  [[nodiscard]] static std::size_t nearest(std::span<const LayerRate> layers, LayerName name);
  std::size_t judge_down(std::span<const LayerRate> layers, std::size_t current, std::uint64_t estimate,
                         Instant now);
  std::size_t judge_up(std::span<const LayerRate> layers, std::size_t current, const PathState& path,
                       Instant now);
  void went_down(Instant now);

  LayerWish wish_;
  std::optional<Instant> poor_since_;
  std::optional<Instant> rich_since_;
  std::optional<Instant> went_up_at_;
  Instant patient_until_{};
  Duration patience_ = kFirstPatience;
  std::optional<std::uint64_t> probe_bps_;
};

}  // namespace classcast::relay
