// Import: users and thoughts of the old site, again and again while both sites write.
//
// Reads the old site's database read only, as it was at the moment of the start. What was imported
// is noted with its data in one transaction (tables imported_users, imported_thoughts), so a run
// that was interrupted is continued by the next one, and nothing comes twice. It only adds: what
// somebody changed or deleted here stays so, and what was changed or deleted at the old site after
// it came is reported. README.md says the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sql/import/report.h"

namespace sql::imports {

struct Settings {
  std::string from;      // connection string of the old site's database, see Conninfo()
  std::string conninfo;  // of this site's, as import_service
  bool dry_run = false;
  int64_t reserve = 1'000'000;  // ids that are left to the old site, from its newest thought on
  int sessions = 2;             // that import thoughts at the same time
};

// Said while it works: what, done, of how many.
using Progress = std::function<void(const char* what, int64_t done, int64_t total)>;

// Fills the report. Throws sql::Error, std::runtime_error.
void Import(const Settings& settings, Report& report, const Progress& progress);

}  // namespace sql::imports
