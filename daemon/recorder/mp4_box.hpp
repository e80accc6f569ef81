// SPDX-License-Identifier: MIT
// Boxes of the ISO base media file format (ISO/IEC 14496-12 §4.2), written into memory.
#pragma once

#include "base/bytes.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace classcast::recorder {

/// Size and type stand before a box's body (ISO/IEC 14496-12 §4.2).
inline constexpr std::size_t kBoxHead = 8;

class BoxWriter {
 public:
  void u8(std::uint8_t value) { out_.push_back(value); }
  void u16(std::uint16_t value) { number(value, 2); }
  void u24(std::uint32_t value) { number(value, 3); }
  void u32(std::uint32_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }
  void bytes(Bytes data) { out_.insert(out_.end(), data.begin(), data.end()); }
  void text(std::string_view text) { bytes(as_bytes(text)); }
  void zeros(std::size_t count) { out_.resize(out_.size() + count); }

  /// `type` has four characters.
  void begin(std::string_view type) {
    open_.push_back(out_.size());
    u32(0);
    text(type);
  }
  /// A box with version and flags (§4.2, FullBox).
  void begin_full(std::string_view type, std::uint8_t version, std::uint32_t flags) {
    begin(type);
    u8(version);
    u24(flags);
  }
  void end() {
    patch_u32(open_.back(), static_cast<std::uint32_t>(out_.size() - open_.back()));
    open_.pop_back();
  }

  [[nodiscard]] std::size_t size() const { return out_.size(); }
  void patch_u32(std::size_t at, std::uint32_t value) {
    Writer(MutableBytes(out_).subspan(at, 4)).u32(value);
  }
  [[nodiscard]] Buffer& buffer() { return out_; }

 private:
  void number(std::uint64_t value, int size) {
    for (int i = size - 1; i >= 0; --i) out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }

  Buffer out_;
  std::vector<std::size_t> open_;
};

/// The head of a box: its type and the bytes that follow the head.
struct Box {
  std::string_view type;
  Bytes body;
};

/// The boxes of `data`, one after the other; ends at the first that is not whole.
class BoxReader {
 public:
  explicit BoxReader(Bytes data) : reader_(data), left_(data.size()) {}
  std::optional<Box> next() {
    constexpr std::size_t kHead = 8;
    const auto rest = reader_.rest();
    auto size = reader_.u32();
    auto type = reader_.bytes(4);
    if (!size || !type || *size < kHead || *size > rest.size()) return std::nullopt;
    reader_.skip(*size - kHead);
    left_ = reader_.left();
    return Box{as_text(*type), rest.subspan(kHead, *size - kHead)};
  }
  /// What next() did not pass; not 0 after its end when the data was cut or is none of ours.
  [[nodiscard]] std::size_t left() const { return left_; }

 private:
  Reader reader_;
  std::size_t left_;
};

/// The first box of that type among the children in `data`.
inline std::optional<Bytes> find_box(Bytes data, std::string_view type) {
  BoxReader reader(data);
  while (auto box = reader.next()) {
    if (box->type == type) return box->body;
  }
  return std::nullopt;
}

}  // namespace classcast::recorder
