// SPDX-License-Identifier: MIT
// Scope: the lifetime of an owner, for callbacks that may come back after it is gone.
#pragma once

#include <functional>
#include <memory>
#include <utility>

namespace classcast::glib {

/// Declare it last in a class, so that it dies first. `scope_.guard(f)` is f while the owner lives and
/// nothing afterwards. Guarded callbacks run on the owner's thread.
class Scope {
 public:
  Scope() : alive_(std::make_shared<char>()) {}
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope() = default;

  template <typename Function>
  [[nodiscard]] auto guard(Function function) const {
    return [weak = std::weak_ptr<char>(alive_), function = std::move(function)](auto&&... args) mutable {
      if (!weak.expired()) function(std::forward<decltype(args)>(args)...);
    };
  }
  /// Ends all callbacks guarded so far; new ones may be made.
  void reset() { alive_ = std::make_shared<char>(); }

 private:
  std::shared_ptr<char> alive_;
};

}  // namespace classcast::glib
