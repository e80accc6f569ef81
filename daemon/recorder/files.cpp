// SPDX-License-Identifier: MIT
#include "recorder/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace classcast::recorder {

namespace {

tl::unexpected<Error> system_failure(const char* what) {
  const int error = errno;
  const bool full = error == ENOSPC || error == EDQUOT;
  return fail(full ? Errc::exhausted : Errc::unavailable, "{}: {}", what, std::strerror(error));
}

}  // namespace

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<File> File::open(const std::filesystem::path& path, int flags) {
  constexpr int kMode = 0640;
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, kMode);
  if (descriptor < 0) return system_failure(path.c_str());
  return File(descriptor);
}

Result<void> File::write(Bytes data) {
  while (!data.empty()) {
    const auto written = ::write(descriptor_, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure("cannot write");
    data = data.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<Buffer> File::read_at(std::uint64_t offset, std::size_t size) const {
  Buffer buffer(size);
  std::size_t done = 0;
  while (done < size) {
    const auto got =
        ::pread(descriptor_, buffer.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("cannot read");
    if (got == 0) return fail(Errc::invalid, "the file is shorter than its index says");
    done += static_cast<std::size_t>(got);
  }
  return buffer;
}

Result<void> File::sync() {
  if (::fdatasync(descriptor_) != 0) return system_failure("cannot force to the disk");
  return {};
}

Result<void> File::truncate(std::uint64_t size) {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return system_failure("cannot cut");
  return {};
}

void sync_folder(const std::filesystem::path& folder) {
  auto file = File::open(folder, O_RDONLY | O_DIRECTORY);
  if (file) ::fsync(file->descriptor());
}

Result<void> replace_file(const std::filesystem::path& path, std::string_view text) {
  auto draft = path;
  draft += ".new";
  {
    auto file = File::open(draft, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return fail(file);
    if (auto written = file->write(as_bytes(text)); !written) return written;
    if (auto synced = file->sync(); !synced) return synced;
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) return system_failure(path.c_str());
  sync_folder(path.parent_path());
  return {};
}

Result<std::string> read_text(const std::filesystem::path& path, std::size_t limit) {
  auto file = File::open(path, O_RDONLY);
  if (!file) return fail(file);
  struct stat status = {};
  if (::fstat(file->descriptor(), &status) != 0) return system_failure(path.c_str());
  if (static_cast<std::uint64_t>(status.st_size) > limit)
    return fail(Errc::invalid, "{} is too large", path.c_str());
  auto data = file->read_at(0, static_cast<std::size_t>(status.st_size));
  if (!data) return fail(data);
  return std::string(as_text(*data));
}

}  // namespace classcast::recorder
