// SPDX-License-Identifier: MIT
// Bounded<T, N>: a vector that lives on the stack and holds at most N; the packet path allocates nothing.
#pragma once

#include <array>
#include <cstddef>

namespace classcast::rtc {

template <typename T, std::size_t N>
class Bounded {
 public:
  /// False, and nothing changes, when it is full.
  bool push_back(const T& item) {
    if (size_ == N) return false;
    items_[size_++] = item;
    return true;
  }
  void clear() { size_ = 0; }
  /// Removes one item; the last takes its place.
  void erase_unordered(std::size_t index) { items_[index] = items_[--size_]; }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] bool full() const { return size_ == N; }
  T& operator[](std::size_t index) { return items_[index]; }
  const T& operator[](std::size_t index) const { return items_[index]; }
  T* begin() { return items_.data(); }
  T* end() { return items_.data() + size_; }
  const T* begin() const { return items_.data(); }
  const T* end() const { return items_.data() + size_; }

 private:
  std::array<T, N> items_{};
  std::size_t size_ = 0;
};

}  // namespace classcast::rtc
