// SPDX-License-Identifier: MIT
// Reader and Writer: the only way bytes of the network are taken apart and put together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace classcast {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;
using Buffer = std::vector<std::uint8_t>;

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Reads big-endian (network order) numbers. A read past the end returns nullopt and moves nothing.
class Reader {
 public:
  explicit Reader(Bytes data) : data_(data) {}

  [[nodiscard]] std::size_t left() const { return data_.size() - at_; }
  [[nodiscard]] std::size_t position() const { return at_; }
  [[nodiscard]] Bytes rest() const { return data_.subspan(at_); }

  std::optional<std::uint8_t> u8() { return number<std::uint8_t, 1>(); }
  std::optional<std::uint16_t> u16() { return number<std::uint16_t, 2>(); }
  std::optional<std::uint32_t> u24() { return number<std::uint32_t, 3>(); }
  std::optional<std::uint32_t> u32() { return number<std::uint32_t, 4>(); }
  std::optional<std::uint64_t> u64() { return number<std::uint64_t, 8>(); }

  std::optional<Bytes> bytes(std::size_t size) {
    if (size > left()) return std::nullopt;
    at_ += size;
    return data_.subspan(at_ - size, size);
  }
  bool skip(std::size_t size) { return bytes(size).has_value(); }

 private:
  template <typename T, std::size_t Size>
  std::optional<T> number() {
    if (Size > left()) return std::nullopt;
    T value = 0;
    for (std::size_t i = 0; i < Size; ++i) value = static_cast<T>((std::uint64_t{value} << 8) | data_[at_++]);
    return value;
  }

  Bytes data_;
  std::size_t at_ = 0;
};

/// Writes big-endian numbers into a fixed buffer. What does not fit is dropped and `ok()` becomes false.
class Writer {
 public:
  explicit Writer(MutableBytes out) : out_(out) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t size() const { return at_; }
  [[nodiscard]] Bytes written() const { return out_.first(at_); }

  void u8(std::uint8_t value) { number<1>(value); }
  void u16(std::uint16_t value) { number<2>(value); }
  void u24(std::uint32_t value) { number<3>(value); }
  void u32(std::uint32_t value) { number<4>(value); }
  void u64(std::uint64_t value) { number<8>(value); }
  void bytes(Bytes data) {
    if (!reserve(data.size())) return;
    std::copy_n(data.begin(), data.size(), out_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ += data.size();
  }
  void zeros(std::size_t count) {
    if (!reserve(count)) return;
    for (std::size_t i = 0; i < count; ++i) out_[at_++] = 0;
  }
  /// Overwrites two bytes written earlier, e.g. a length that is known only at the end.
  void patch_u16(std::size_t position, std::uint16_t value) {
    if (position + 2 > at_) return;
    out_[position] = static_cast<std::uint8_t>(value >> 8);
    out_[position + 1] = static_cast<std::uint8_t>(value);
  }

 private:
  bool reserve(std::size_t size) {
    ok_ = ok_ && size <= out_.size() - at_;
    return ok_;
  }
  template <std::size_t Size>
  void number(std::uint64_t value) {
    if (!reserve(Size)) return;
    for (std::size_t i = Size; i-- > 0;) out_[at_++] = static_cast<std::uint8_t>(value >> (8 * i));
  }

  MutableBytes out_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace classcast
