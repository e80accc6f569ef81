// SPDX-License-Identifier: MIT
#include "relay/tcp_census.hpp"

#include <utility>

namespace classcast::relay {

TcpCensus::Entry::Entry(std::shared_ptr<TcpCensus> census, std::string address)
    : census_(std::move(census)), unproven_(std::move(address)) {}

TcpCensus::Entry::~Entry() {
  if (!census_) return;  // moved from
  prove();
  std::lock_guard lock(census_->mutex_);
  --census_->connections_;
}

void TcpCensus::Entry::prove() {
  if (!unproven_) return;
  census_->leave_unproven(*unproven_);
  unproven_.reset();
}

void TcpCensus::leave_unproven(const std::string& address) {
  std::lock_guard lock(mutex_);
  --unproven_;
  auto known = by_address_.find(address);
  if (--known->second == 0) by_address_.erase(known);
}

std::optional<TcpCensus::Entry> TcpCensus::enter(const rtc::Address& remote) {
  auto address = remote.ip_text();
  std::lock_guard lock(mutex_);
  if (connections_ >= kMaxConnections || unproven_ >= kMaxUnproven) return std::nullopt;
  auto& of_one = by_address_[address];
  if (of_one >= kMaxUnprovenOfOne) return std::nullopt;
  ++of_one;
  ++unproven_;
  ++connections_;
  return Entry(shared_from_this(), std::move(address));
}

std::size_t TcpCensus::connections() const {
  std::lock_guard lock(mutex_);
  return connections_;
}

std::size_t TcpCensus::unproven() const {
  std::lock_guard lock(mutex_);
  return unproven_;
}

}  // namespace classcast::relay
