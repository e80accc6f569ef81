// SPDX-License-Identifier: MIT
// TcpCensus: how many ICE-TCP connections there are, and whose have not yet proved that they belong to a
// session; from any thread.
#pragma once

#include "rtc/address.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace classcast::relay {

class TcpCensus : public std::enable_shared_from_this<TcpCensus> {
 public:
  static constexpr std::size_t kMaxConnections = 4096;
  /// Connections that no check has proved: of everybody, and of one address (a school behind one router).
  static constexpr std::size_t kMaxUnproven = 256;
  static constexpr std::size_t kMaxUnprovenOfOne = 64;

  /// One connection; leaves the census when it is destroyed.
  class Entry {
   public:
    Entry(std::shared_ptr<TcpCensus> census, std::string address);
    Entry(Entry&& other) noexcept = default;
    Entry& operator=(Entry&&) = delete;
    ~Entry();
    /// It belongs to a session: it no longer counts against its address.
    void prove();

   private:
    std::shared_ptr<TcpCensus> census_;
    std::optional<std::string> unproven_;
  };

  /// nullopt when a limit is reached.
  std::optional<Entry> enter(const rtc::Address& remote);
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] std::size_t unproven() const;

 private:
  void leave_unproven(const std::string& address);

  mutable std::mutex mutex_;  // protects everything below
  std::size_t connections_ = 0;
  std::size_t unproven_ = 0;
  std::unordered_map<std::string, std::size_t> by_address_;
};

}  // namespace classcast::relay
