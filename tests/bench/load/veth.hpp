// SPDX-License-Identifier: MIT
// Veth: two network namespaces of our own with a cable between them. They end with this process.
#pragma once

#include "bench/load/client.hpp"
#include "bench/load/process.hpp"

namespace classcast::load {

class Veth {
 public:
  /// Takes this process, and all that it starts from now on, into a namespace of its own with the address
  /// kNear. Errc::denied without the right to.
  static Result<Veth> create();

  static constexpr const char* kNear = "10.99.0.1";
  static constexpr const char* kFar = "10.99.0.2";
  /// The other end.
  [[nodiscard]] Network far() const { return {far_.get()}; }

 private:
  Veth(Process keeper, relay::Descriptor far) : keeper_(std::move(keeper)), far_(std::move(far)) {}
  Process keeper_;
  relay::Descriptor far_;
};

}  // namespace classcast::load
