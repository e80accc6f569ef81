// SPDX-License-Identifier: MIT
#include "server/maintenance.hpp"

#include "base/strings.hpp"
#include "store/backup.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>

namespace classcast::server {

namespace fs = std::filesystem;

namespace {

Result<void> sync_file(const fs::path& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!synced) return fail(Errc::unavailable, "cannot write {}", printable(path.string()));
  return {};
}

Result<std::string> back_up(store::Database& database, const fs::path& file) {
  auto part = file;
  part += ".part";
  std::ofstream out(part, std::ios::binary | std::ios::trunc);
  if (!out) return fail(Errc::denied, "cannot write {}", printable(part.string()));
  auto rows = store::write_backup(database, out);
  out.close();
  auto synced = rows ? sync_file(part) : Result<void>(fail(rows));
  std::error_code error;
  if (synced) fs::rename(part, file, error);
  if (!synced || error) {
    fs::remove(part, error);
    if (!synced) return fail(synced);
    return fail(Errc::denied, "cannot write {}", printable(file.string()));
  }
  return fmt::format("{} rows written to {}", *rows, file.string());
}

Result<std::string> restore(store::Database& database, const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(Errc::not_found, "cannot read {}", printable(file.string()));
  auto rows = store::read_backup(database, in);
  if (!rows) return fail(rows);
  return fmt::format("{} rows restored", *rows);
}

}  // namespace

Result<std::string> maintain_database(const std::string& url, const std::string& command,
                                      const fs::path& file) {
  auto database = store::open_database(url);
  if (!database) return fail(database);
  if (command == "backup") return back_up(**database, file);
  if (command == "restore") return restore(**database, file);
  return store::check_database(**database);
}

}  // namespace classcast::server
