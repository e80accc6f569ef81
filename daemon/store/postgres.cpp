// SPDX-License-Identifier: MIT
#include "store/postgres.hpp"

#include "base/strings.hpp"

#include <poll.h>

#include <optional>

namespace classcast::store {

namespace {

/// Types of pg_type.dat that hold whole numbers: bool, int8, int2, int4, numeric (SUM of int8).
bool is_number(Oid type) {
  return type == 16 || type == 20 || type == 21 || type == 23 || type == 1700;
}

Value value_of(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return std::monostate();
  std::string_view text(PQgetvalue(result, row, column),
                        static_cast<std::size_t>(PQgetlength(result, row, column)));
  if (!is_number(PQftype(result, column))) return std::string(text);
  if (text == "t" || text == "f") return std::int64_t{text == "t"};
  return parse_int(text.substr(0, text.find('.'))).value_or(0);
}

/// PostgreSQL manual, appendix A: the first two characters of an SQLSTATE are its class.
Errc kind_of(std::string_view state) {
  if (state == "23505") return Errc::conflict;   // unique_violation
  if (state == "23503") return Errc::not_found;  // foreign_key_violation
  for (const auto* unavailable : {"08", "25", "40", "53", "55", "57", "58"}) {
    if (state.starts_with(unavailable)) return Errc::unavailable;
  }
  return Errc::internal;
}

std::optional<std::string> text_of(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return std::nullopt;
}

std::string one_line(const char* message) {
  std::string text(trim(message));
  return printable(text.substr(0, text.find('\n')));
}

Answer answer_of(const PGresult* result) {
  Answer answer;
  int rows = PQntuples(result);
  int columns = PQnfields(result);
  answer.rows.reserve(static_cast<std::size_t>(rows));
  for (int row = 0; row < rows; ++row) {
    std::vector<Value> values;
    values.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) values.push_back(value_of(result, row, column));
    answer.rows.emplace_back(std::move(values));
  }
  answer.changed = parse_int(PQcmdTuples(const_cast<PGresult*>(result))).value_or(0);
  return answer;
}

}  // namespace

Result<std::unique_ptr<Database>> Postgres::open(const std::string& url) {
  auto driver = std::unique_ptr<Postgres>(new Postgres(Secret(url)));
  if (auto connected = driver->connect(); !connected) return fail(connected);
  return std::unique_ptr<Database>(std::move(driver));
}

Result<void> Postgres::connect() {
  statements_.clear();
  in_transaction_ = false;
  connection_.reset(PQconnectStart(url_.reveal().c_str()));
  if (!connection_) return fail(Errc::unavailable, "database: out of memory");
  auto deadline = now() + kConnectTime;
  if (auto done = finish_connecting(deadline); !done) {
    connection_.reset();
    retry_at_ = now() + kRetryPause;
    return done;
  }
  PQsetnonblocking(connection_.get(), 1);
  // Notices of IF NOT EXISTS and the like are not for the journal.
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
  return {};
}

Result<void> Postgres::finish_connecting(Instant deadline) {
  auto* connection = connection_.get();
  if (PQstatus(connection) == CONNECTION_BAD) {
    return fail(Errc::unavailable, "database: {}", one_line(PQerrorMessage(connection)));
  }
  // The manual of PQconnectPoll: before the first call, behave as if it had said PGRES_POLLING_WRITING.
  for (auto step = PGRES_POLLING_WRITING; step != PGRES_POLLING_OK; step = PQconnectPoll(connection)) {
    if (step == PGRES_POLLING_FAILED) {
      return fail(Errc::unavailable, "database: {}", one_line(PQerrorMessage(connection)));
    }
    if (auto waited = await(step == PGRES_POLLING_WRITING, deadline); !waited) return waited;
  }
  return {};
}

Result<void> Postgres::await(bool writing, Instant deadline) {
  pollfd fd{PQsocket(connection_.get()), static_cast<short>(writing ? POLLIN | POLLOUT : POLLIN), 0};
  for (;;) {
    auto left = to_ms(deadline - now());
    if (left <= 0) return fail(Errc::unavailable, "database: no answer in time");
    int got = poll(&fd, 1, static_cast<int>(left));
    if (got > 0) return {};
    if (got < 0 && errno != EINTR) return fail(Errc::unavailable, "database: cannot wait for it");
  }
}

Result<void> Postgres::ready() {
  if (connection_ && PQstatus(connection_.get()) == CONNECTION_OK) return {};
  if (in_transaction_) return fail(Errc::unavailable, "database: the connection was lost");
  if (now() < retry_at_) return fail(Errc::unavailable, "database: cannot be reached");
  return connect();
}

tl::unexpected<Error> Postgres::lost(std::string_view why) {
  // A late answer must never be taken for that of another statement.
  connection_.reset();
  retry_at_ = now() + kRetryPause;
  return fail(Errc::unavailable, "database: {}", why);
}

Result<void> Postgres::flush(Instant deadline) {
  for (;;) {
    int left = PQflush(connection_.get());
    if (left == 0) return {};
    if (left < 0) return lost(one_line(PQerrorMessage(connection_.get())));
    if (auto waited = await(true, deadline); !waited) return lost("no answer in time");
    if (PQconsumeInput(connection_.get()) == 0) return lost(one_line(PQerrorMessage(connection_.get())));
  }
}

Result<Postgres::Outcome> Postgres::collect(Instant deadline) {
  if (auto flushed = flush(deadline); !flushed) return fail(flushed);
  Outcome last;
  for (;;) {
    while (PQisBusy(connection_.get()) != 0) {
      if (auto waited = await(false, deadline); !waited) return lost("no answer in time");
      if (PQconsumeInput(connection_.get()) == 0) return lost("the connection was lost");
    }
    Outcome next(PQgetResult(connection_.get()));
    if (!next) break;
    last = std::move(next);
    auto status = PQresultStatus(last.get());
    if (status == PGRES_FATAL_ERROR && PQstatus(connection_.get()) == CONNECTION_BAD)
      return lost("the connection was lost");
  }
  if (!last) return lost("the connection was lost");
  return last;
}

tl::unexpected<Error> Postgres::failure(const PGresult* result) const {
  const auto* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const auto* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  auto kind = kind_of(state != nullptr ? state : "");
  if (kind == Errc::conflict) return fail(kind, "{}", kExists);
  if (kind == Errc::not_found) return fail(kind, "{}", kRefersToNothing);
  return fail(kind, "database: {}", message != nullptr ? one_line(message) : "failed");
}

Result<std::string> Postgres::prepare(std::string_view sql) {
  if (auto found = statements_.find(sql); found != statements_.end()) return found->second;
  auto name = fmt::format("s{}", statements_.size());
  if (PQsendPrepare(connection_.get(), name.c_str(), std::string(sql).c_str(), 0, nullptr) == 0)
    return lost(one_line(PQerrorMessage(connection_.get())));
  auto outcome = collect(now() + kStatementTime);
  if (!outcome) return fail(outcome);
  if (PQresultStatus(outcome->get()) != PGRES_COMMAND_OK) return failure(outcome->get());
  statements_.emplace(sql, name);
  return name;
}

Result<Postgres::Outcome> Postgres::execute(const std::string& name, std::span<const Value> parameters) {
  std::vector<std::optional<std::string>> texts;
  std::vector<const char*> pointers;
  texts.reserve(parameters.size());
  pointers.reserve(parameters.size());
  for (const auto& value : parameters) texts.push_back(text_of(value));
  for (const auto& text : texts) pointers.push_back(text ? text->c_str() : nullptr);
  if (PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(pointers.size()), pointers.data(),
                          nullptr, nullptr, 0) == 0) {
    return lost(one_line(PQerrorMessage(connection_.get())));
  }
  return collect(now() + kStatementTime);
}

void Postgres::note_transaction(std::string_view sql) {
  if (sql == "COMMIT" || sql == "ROLLBACK") in_transaction_ = false;
}

Result<Answer> Postgres::run(std::string_view sql, std::span<const Value> parameters) {
  if (auto usable = ready(); !usable) {
    note_transaction(sql);
    return fail(usable);
  }
  note_transaction(sql);
  auto name = prepare(sql);
  if (!name) return fail(name);
  auto outcome = execute(*name, parameters);
  if (!outcome) return fail(outcome);
  auto status = PQresultStatus(outcome->get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return failure(outcome->get());
  if (PQntuples(outcome->get()) > static_cast<int>(kMaxRows))
    return fail(Errc::exhausted, "database: more than {} rows", kMaxRows);
  // A BEGIN that failed has nobody who would end it.
  if (sql == "BEGIN") in_transaction_ = true;
  return answer_of(outcome->get());
}

Result<void> Postgres::script(const std::string& sql) {
  if (auto usable = ready(); !usable) return usable;
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0)
    return lost(one_line(PQerrorMessage(connection_.get())));
  constexpr Duration kMigrationTime = 60s;
  auto outcome = collect(now() + kMigrationTime);
  if (!outcome) return fail(outcome);
  auto status = PQresultStatus(outcome->get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
    return failure(outcome->get());
  return {};
}

}  // namespace classcast::store
