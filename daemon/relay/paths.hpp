// SPDX-License-Identifier: MIT
// Paths: which session a datagram on the shared port belongs to, by ICE ufrag at first and by address
// afterwards.
#pragma once

#include "base/bytes.hpp"
#include "rtc/address.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace classcast::relay {

class Session;

class Paths {
 public:
  /// Paths of one peer that datagrams are taken from; Firefox keeps several. The oldest gives way.
  static constexpr std::size_t kMaxTuples = 8;
  /// ICE generations whose checks are answered: the present and the one before.
  static constexpr std::size_t kMaxUfrags = 2;

  /// Told of every tuple that is taken from now on, and of every one that no longer is.
  enum class Change { bound, lost };
  using Observer = std::function<void(const rtc::Tuple&, Change)>;

  explicit Paths(Observer observer = {}) : observer_(std::move(observer)) {}

  void add_ufrag(const std::string& ufrag, Session& session);
  /// Only after the peer has proved that the path is its own.
  void bind(const rtc::Tuple& tuple, Session& session);
  [[nodiscard]] bool knows(const rtc::Tuple& tuple) const { return by_tuple_.contains(tuple); }
  /// The address has become another shard's peer. The observer is not told.
  void forget(const rtc::Tuple& tuple);
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
  void tell(const rtc::Tuple& tuple, Change change) const;

  Observer observer_;
  std::unordered_map<std::string, Session*, TextHash, std::equal_to<>> by_ufrag_;
  std::unordered_map<rtc::Tuple, Session*> by_tuple_;
  std::unordered_map<Session*, Names> names_;
};

}  // namespace classcast::relay
