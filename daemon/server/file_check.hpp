// SPDX-License-Identifier: MIT
// classcast-server check: the database against the files of the recorders.
#pragma once

#include "base/result.hpp"
#include "protocol/token.hpp"
#include "store/recordings.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace classcast::server {

/// A file on a recorder's disk.
struct FileOnDisk {
  std::string path;
  std::int64_t size = 0;
  std::int64_t modified_ms = 0;
};

struct FileFaults {
  std::vector<std::string> missing;     ///< recordings, by id
  std::vector<std::string> other_size;  ///< recordings, by id
  std::vector<std::string> orphans;     ///< files, by path
  [[nodiscard]] bool none() const { return missing.empty() && other_size.empty() && orphans.empty(); }
};

/// `recordings`: all of one recorder that have a file. A file that is younger than an hour may belong to a
/// recording that is being finished, and is no orphan. Pure.
FileFaults compare_files(std::span<const store::Recording> recordings, std::span<const FileOnDisk> files,
                         std::int64_t now_ms);

enum class FileRepair { report, repair };
/// A sentence per recorder. Errc::internal with the same when something is wrong and was not put right;
/// Errc::conflict when more than half of a recorder's files would be removed.
Result<std::string> check_files(store::Database& database, const protocol::TokenSigner& signer,
                                FileRepair repair);

}  // namespace classcast::server
