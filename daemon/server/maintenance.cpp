// SPDX-License-Identifier: MIT
#include "server/maintenance.hpp"

#include "base/clock.hpp"
#include "base/strings.hpp"
#include "server/file_check.hpp"
#include "server/first_start.hpp"
#include "server/state_directory.hpp"
#include "store/backup.hpp"
#include "store/schema.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <vector>

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

/// On standard output and nowhere else; the log never sees it.
Result<std::string> credential_of(store::Database& database, const std::string& name) {
  if (auto migrated = store::migrate(database); !migrated) return fail(migrated);
  auto credential = make_recorder(database, name);
  if (!credential) return fail(credential);
  return credential->reveal();
}

Result<std::string> check_all(store::Database& database, const fs::path& state_directory, FileRepair repair) {
  constexpr int kRecordingsSchema = 8;
  auto said = store::check_database(database);
  if (!said) return said;
  auto version = store::schema_version(database);
  auto pem = read_file(state_directory / kTokenKeyFile);
  // Neither recordings nor a key to ask for them: a database of before, or a copy of one.
  if (!version || *version < kRecordingsSchema || !pem) return said;
  auto signer = protocol::TokenSigner::create(*pem);
  if (!signer) return fail(signer);
  auto files = check_files(database, *signer, repair);
  if (!files) return files;
  return *said + *files;
}

/// In UTC, to sort by: 20261127T221500.123Z.
std::string file_time(std::int64_t unix_ms) {
  constexpr std::int64_t kMsPerSecond = 1000;
  std::time_t seconds = unix_ms / kMsPerSecond;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  auto length = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%S", &parts);
  return fmt::format("{}.{:03}Z", std::string_view(text.data(), length), unix_ms % kMsPerSecond);
}

/// What is too old goes; a file that cannot be removed does no harm.
void keep_newest(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    auto name = entry.path().filename().string();
    if (name.starts_with("schema-") && name.ends_with(".backup")) files.push_back(entry.path());
  }
  auto made = [](const fs::path& file) {
    auto name = file.filename().string();
    return name.substr(name.rfind('-'));
  };
  std::sort(files.begin(), files.end(),
            [&made](const fs::path& a, const fs::path& b) { return made(a) > made(b); });
  for (auto i = kKeptBackups; i < files.size(); ++i) fs::remove(files[i], error);
}

}  // namespace

Result<std::optional<fs::path>> back_up_before_migration(store::Database& database,
                                                         const fs::path& directory) {
  auto version = store::schema_version(database);
  if (!version) return fail(version);
  if (*version == 0 || *version >= static_cast<int>(store::migrations().size()))
    return std::optional<fs::path>();
  if (auto made = ensure_state_directory(directory); !made) return fail(made);
  auto file = directory / fmt::format("schema-{}-{}.backup", *version, file_time(unix_ms()));
  if (auto written = back_up(database, file); !written) {
    return fail(written.error().code, "no backup, and so no migration of the database: {}",
                written.error().message);
  }
  keep_newest(directory);
  return std::optional(file);
}

Result<std::string> maintain(const Settings& settings, const std::string& command, const std::string& word) {
  auto database = store::open_database(settings.database_url);
  if (!database) return fail(database);
  if (command == "backup") return back_up(**database, word);
  if (command == "restore") return restore(**database, word);
  if (command == "recorder") return credential_of(**database, word);
  auto repair = word == "repair" ? FileRepair::repair : FileRepair::report;
  return check_all(**database, settings.state_directory, repair);
}

}  // namespace classcast::server
