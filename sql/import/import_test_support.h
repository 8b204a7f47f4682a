// Both sites in one PostgreSQL, for the tests of imports.
#pragma once

#include <memory>
#include <string>

#include "sql/import/import.h"
#include "sql/testing/cluster.h"
#include "tests/monolith/site.h"

namespace sql::imports {

// The old site's tables, and ours with all migrations; both empty. One PostgreSQL for all tests.
struct Sites {
  Sites();

  testing::Database& ours = testing::SharedDatabase();
  monolith::Database& theirs;
  std::string file = ours.cluster().folder() + "/refused.jsonl";

  Report& Run(bool dry_run = false, int64_t reserve = 1'000'000);

  std::string Here(const std::string& statement) { return Connection(ours.url()).One(statement); }
  // A thought there with this id; its writer need not be a user.
  void Write(long id, const std::string& name, const std::string& text,
             const std::string& time = "2020-02-29 12:34:56.789012+00");
  std::string Refused();  // the file of refused rows of the last run

 private:
  std::unique_ptr<Report> report_;
};

}  // namespace sql::imports
