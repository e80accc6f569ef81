// SPDX-License-Identifier: MIT
// Paths: which session a datagram on the shared port belongs to, by ICE ufrag at first and by address
// afterwards.
#pragma once

#include "base/bytes.hpp"
#include "rtc/address.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace classcast::relay {

class Session;

class Paths {
 public:
  /// Paths of one peer that datagrams are taken from; Firefox keeps several. The oldest gives way.
  static constexpr std::size_t kMaxTuples = 8;
  /// ICE generations whose checks are answered: the present and the one before.
  static constexpr std::size_t kMaxUfrags = 2;

  void add_ufrag(const std::string& ufrag, Session& session);
  /// Only after the peer has proved that the path is its own.
  void bind(const rtc::Tuple& tuple, Session& session);
  /// nullptr for strangers.
  [[nodiscard]] Session* find(const rtc::Tuple& tuple, Bytes datagram) const;
  void remove(Session& session);

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Names {
    std::vector<std::string> ufrags;
    std::vector<rtc::Tuple> tuples;
  };
  std::unordered_map<std::string, Session*, TextHash, std::equal_to<>> by_ufrag_;
  std::unordered_map<rtc::Tuple, Session*> by_tuple_;
  std::unordered_map<Session*, Names> names_;
};

}  // namespace classcast::relay
