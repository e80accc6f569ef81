// SPDX-License-Identifier: MIT
// Backup: the whole content as text that either engine reads back, and a check from end to end.
//
// The file begins with a line "classcast-backup 1 schema N". Each table follows as "table NAME COLUMN…", then
// one line per row: its values, separated by tabs, as \N (NULL), i<number> or t<text> with \t \n \r
// \\ escaped. It ends with "end ROWS", so that a cut file is noticed.
#pragma once

#include "store/database.hpp"

#include <cstdint>
#include <istream>
#include <ostream>
#include <string>

namespace classcast::store {

/// One consistent moment of the database. Returns the number of rows.
Result<std::int64_t> write_backup(Database& database, std::ostream& out);
/// Errc::conflict: the database is not empty. Errc::invalid: not a whole backup of a schema that we know.
Result<std::int64_t> read_backup(Database& database, std::istream& in);
/// What was checked, in one line. Errc::internal names the first fault.
Result<std::string> check_database(Database& database);

}  // namespace classcast::store
