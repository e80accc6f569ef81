// SPDX-License-Identifier: MIT
// Files that must survive a power cut: whole writes, and writes that replace a file in one step.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

namespace classcast::recorder {

/// A descriptor that closes itself.
class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  /// `flags` as for open(2); a new file gets mode 0640.
  static Result<File> open(const std::filesystem::path& path, int flags);

  /// All of it or an error: Errc::exhausted when the disk is full. A part may have been written then.
  Result<void> write(Bytes data);
  Result<Buffer> read_at(std::uint64_t offset, std::size_t size) const;
  Result<void> sync();
  Result<void> truncate(std::uint64_t size);
  [[nodiscard]] bool open() const { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

/// Makes a rename or a new file in that folder last (fsync(2) on the folder).
void sync_folder(const std::filesystem::path& folder);
/// Replaces the file in one step: after a crash it is the old one or the new one.
Result<void> replace_file(const std::filesystem::path& path, std::string_view text);
Result<std::string> read_text(const std::filesystem::path& path, std::size_t limit);

}  // namespace classcast::recorder
