// SPDX-License-Identifier: MIT
// NetworkWatch: tells when this computer's addresses are others than before (cable, Wi-Fi, DHCP).
#pragma once

#include "glib/signal.hpp"
#include "glib/source.hpp"

#include <functional>
#include <set>
#include <string>

namespace classcast::classroom {

/// The addresses of the interfaces that are up, without loopback and link-local ones.
std::set<std::string> own_addresses();

class NetworkWatch {
 public:
  explicit NetworkWatch(std::function<void()> changed);

 private:
  static void on_changed(GNetworkMonitor*, gboolean, gpointer self);
  void look();

  const std::function<void()> changed_;
  std::set<std::string> addresses_;
  glib::SignalConnection signal_;
  glib::Timer settle_;
};

}  // namespace classcast::classroom
