// SPDX-License-Identifier: MIT
#include "store/backup.hpp"

#include "base/strings.hpp"
#include "store/schema.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace classcast::store {

namespace {

/// A table, the columns that order its rows, and the schema that made it; parents come before children.
struct Table {
  const char* name;
  const char* order;
  int since;
  bool numbered = false;
};

constexpr std::array<Table, 19> kTables = {{
    {"users", "id", 1, true},
    {"sessions", "token_hash", 1},
    {"rooms", "id", 1},
    {"devices", "room_id", 1},
    {"status_diary", "id", 1, true},
    {"invitations", "id", 2, true},
    {"recoveries", "token_hash", 2},
    {"api_tokens", "id", 2, true},
    {"room_members", "room_id, user_id", 3},
    {"invitation_rooms", "invitation_id, room_id", 3},
    {"messages", "room_id, id", 4},
    {"chat_reads", "room_id, user_id", 4},
    {"enrolments", "id", 5, true},
    {"enrolment_hosts", "enrolment_id, host", 5},
    {"audit_log", "id", 6, true},
    {"settings", "key", 6},
    {"user_documents", "user_id, name", 7},
    {"recorders", "id", 8, true},
    {"recordings", "id", 8},
}};

constexpr std::int64_t kPage = 5000;
constexpr std::string_view kMagic = "classcast-backup 1 schema ";

std::string escaped_text(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else {
      out += c;
    }
  }
  return out;
}

std::string unescaped_text(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    char c = text[++i];
    out += c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
  }
  return out;
}

std::optional<Value> parse_value(std::string_view field) {
  if (field == "\\N") return Value();
  if (field.starts_with('t')) return Value(unescaped_text(field.substr(1)));
  auto number = field.starts_with('i') ? parse_int(field.substr(1)) : std::nullopt;
  return number ? std::optional(Value(*number)) : std::nullopt;
}

std::string field_of(const Row& row, std::size_t column) {
  if (row.null(column)) return "\\N";
  return row.is_text(column) ? "t" + escaped_text(row.text(column)) : fmt::format("i{}", row.integer(column));
}

Result<std::vector<std::string>> columns_of(Database& database, const char* table) {
  auto answer =
      database.engine() == Engine::sqlite
          ? database.run("SELECT name FROM pragma_table_info($1) ORDER BY cid", {std::string(table)})
          : database.run(
                "SELECT column_name FROM information_schema.columns WHERE table_name = $1"
                " AND table_schema = current_schema() ORDER BY ordinal_position",
                {std::string(table)});
  if (!answer) return fail(answer);
  std::vector<std::string> columns;
  for (const auto& row : answer->rows) columns.push_back(row.text(0));
  return columns;
}

void write_row(std::ostream& out, const Row& row, std::size_t columns) {
  for (std::size_t i = 0; i < columns; ++i) out << (i > 0 ? "\t" : "") << field_of(row, i);
  out << '\n';
}

Result<std::int64_t> write_table(Database& database, const Table& table, std::ostream& out) {
  auto columns = columns_of(database, table.name);
  if (!columns) return fail(columns);
  auto names = fmt::format("{}", fmt::join(*columns, ", "));
  out << "table " << table.name << ' ' << fmt::format("{}", fmt::join(*columns, " ")) << '\n';
  auto sql = fmt::format("SELECT {} FROM {} ORDER BY {} LIMIT $1 OFFSET $2", names, table.name, table.order);
  std::int64_t written = 0;
  for (;;) {
    auto page = database.run(sql, {kPage, written});
    if (!page) return fail(page);
    for (const auto& row : page->rows) write_row(out, row, columns->size());
    written += static_cast<std::int64_t>(page->rows.size());
    if (static_cast<std::int64_t>(page->rows.size()) < kPage) return written;
  }
}

/// What is being read: the table and the statement for its rows.
struct Reading {
  const Table* table = nullptr;
  std::string insert;
  std::size_t columns = 0;
};

bool plain_name(std::string_view name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

Result<Reading> begin_table(std::string_view line) {
  auto words = split(line, ' ');
  Reading reading;
  for (const auto& table : kTables) {
    if (words.size() > 2 && words[1] == table.name) reading.table = &table;
  }
  if (reading.table == nullptr) return fail(Errc::invalid, "the backup holds an unknown table");
  std::vector<std::string> marks;
  std::vector<std::string_view> names(words.begin() + 2, words.end());
  for (auto name : names) {
    if (!plain_name(name)) return fail(Errc::invalid, "the backup holds a bad column name");
    marks.push_back(fmt::format("${}", marks.size() + 1));
  }
  reading.columns = names.size();
  reading.insert = fmt::format("INSERT INTO {} ({}) VALUES ({})", reading.table->name, fmt::join(names, ", "),
                               fmt::join(marks, ", "));
  return reading;
}

Result<void> insert_row(Database& database, const Reading& reading, std::string_view line) {
  std::vector<Value> values;
  for (auto field : split(line, '\t')) {
    auto value = parse_value(field);
    if (!value) return fail(Errc::invalid, "the backup holds a bad value");
    values.push_back(std::move(*value));
  }
  if (reading.table == nullptr || values.size() != reading.columns)
    return fail(Errc::invalid, "the backup holds a bad row");
  return no_rows(database.run(reading.insert, std::span<const Value>(values)));
}

/// A PostgreSQL sequence does not follow rows that come with their numbers.
Result<void> continue_numbers(Database& database) {
  if (database.engine() == Engine::sqlite) return {};
  for (const auto& table : kTables) {
    if (!table.numbered) continue;
    auto set =
        database.script(fmt::format("SELECT setval(pg_get_serial_sequence('{0}', 'id'), (SELECT "
                                    "COALESCE(MAX(id), 0) + 1 FROM {0}), false)",
                                    table.name));
    if (!set) return set;
  }
  return {};
}

Result<std::int64_t> read_rows(Database& database, std::istream& in) {
  Reading reading;
  std::int64_t rows = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("end ")) {
      if (parse_int(std::string_view(line).substr(4)) != rows) break;
      return rows;
    }
    if (line.starts_with("table ")) {
      auto begun = begin_table(line);
      if (!begun) return fail(begun);
      reading = std::move(*begun);
      continue;
    }
    if (auto inserted = insert_row(database, reading, line); !inserted) return fail(inserted);
    ++rows;
  }
  return fail(Errc::invalid, "the backup is cut short");
}

Result<std::int64_t> faults(Database& database, std::string_view sql) {
  return single_number(database.run(sql));
}

Result<void> check_engine(Database& database) {
  if (database.engine() != Engine::sqlite) return {};
  auto integrity = database.run("PRAGMA integrity_check");
  if (!integrity) return fail(integrity);
  auto said = integrity->rows.empty() ? std::string() : integrity->rows.front().text(0);
  if (said != "ok") return fail(Errc::internal, "integrity_check: {}", printable(said));
  auto keys = database.run("PRAGMA foreign_key_check");
  if (!keys) return fail(keys);
  if (!keys->rows.empty()) return fail(Errc::internal, "{} rows refer to nothing", keys->rows.size());
  return {};
}

}  // namespace

namespace {

/// One moment of the database, without keeping anybody from writing.
class Snapshot {
 public:
  explicit Snapshot(Database& database) : database_(database) {}
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot() { (void)database_.script("ROLLBACK"); }

  Result<void> begin() {
    return database_.script(database_.engine() == Engine::sqlite
                                ? "BEGIN"
                                : "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  }

 private:
  Database& database_;
};

}  // namespace

Result<std::int64_t> write_backup(Database& database, std::ostream& out) {
  auto version = schema_version(database);
  if (!version) return fail(version);
  Snapshot snapshot(database);
  if (auto begun = snapshot.begin(); !begun) return fail(begun);
  out << kMagic << *version << '\n';
  std::int64_t rows = 0;
  for (const auto& table : kTables) {
    if (table.since > *version) continue;
    auto written = write_table(database, table, out);
    if (!written) return written;
    rows += *written;
  }
  out << "end " << rows << '\n';
  if (!out.flush()) return fail(Errc::unavailable, "cannot write the backup");
  return rows;
}

Result<std::int64_t> read_backup(Database& database, std::istream& in) {
  auto version = schema_version(database);
  if (!version) return fail(version);
  if (*version != 0) return fail(Errc::conflict, "the database is not empty; restore into a new one");
  std::string line;
  std::getline(in, line);
  auto schema =
      line.starts_with(kMagic) ? parse_int(std::string_view(line).substr(kMagic.size())) : std::nullopt;
  if (!schema || *schema < 1 || *schema > static_cast<std::int64_t>(migrations().size()))
    return fail(Errc::invalid, "this is no backup of a schema that this program knows");
  if (auto migrated = migrate(database, static_cast<int>(*schema)); !migrated) return fail(migrated);
  auto transaction = Transaction::begin(database);
  if (!transaction) return fail(transaction);
  auto rows = read_rows(database, in);
  if (!rows) return rows;
  if (auto numbered = continue_numbers(database); !numbered) return fail(numbered);
  if (auto committed = transaction->commit(); !committed) return fail(committed);
  if (auto migrated = migrate(database); !migrated) return fail(migrated);
  return rows;
}

Result<std::string> check_database(Database& database) {
  if (auto sound = check_engine(database); !sound) return fail(sound);
  auto version = schema_version(database);
  if (!version) return fail(version);
  if (*version < 4) return fmt::format("schema {}: sound", *version);
  auto behind = faults(database,
                       "SELECT COUNT(*) FROM rooms r WHERE r.chat_seq <>"
                       " (SELECT COALESCE(MAX(m.seq), 0) FROM messages m WHERE m.room_id = r.id)");
  if (!behind) return fail(behind);
  if (*behind > 0) return fail(Errc::internal, "the chat of {} rooms is not counted rightly", *behind);
  auto messages = faults(database, "SELECT COUNT(*) FROM messages");
  if (!messages) return fail(messages);
  auto rooms = faults(database, "SELECT COUNT(*) FROM rooms");
  if (!rooms) return fail(rooms);
  return fmt::format("schema {}: sound; {} rooms, {} messages", *version, *rooms, *messages);
}

}  // namespace classcast::store
