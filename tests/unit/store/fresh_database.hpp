// SPDX-License-Identifier: MIT
// An empty database of the engine under test: SQLite in memory, or the PostgreSQL that
// CLASSCAST_TEST_DATABASE names (tests/support/postgres.sh with …), whose content is thrown away.
#pragma once

#include "store/database.hpp"
#include "store/schema.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

namespace classcast::store {

inline const char* test_database_url() {
  const char* url = std::getenv("CLASSCAST_TEST_DATABASE");
  return url != nullptr ? url : "sqlite::memory:";
}

inline bool on_postgres() {
  return std::getenv("CLASSCAST_TEST_DATABASE") != nullptr;
}

inline std::unique_ptr<Database> empty_database() {
  auto database = open_database(test_database_url());
  EXPECT_TRUE(database) << (database ? "" : database.error().message);
  if (!database) std::abort();
  if (on_postgres()) {
    EXPECT_TRUE((*database)->script("DROP SCHEMA public CASCADE; CREATE SCHEMA public"));
  }
  return std::move(*database);
}

inline std::unique_ptr<Database> fresh_database() {
  auto database = empty_database();
  auto migrated = migrate(*database);
  EXPECT_TRUE(migrated) << (migrated ? "" : migrated.error().message);
  return database;
}

}  // namespace classcast::store
