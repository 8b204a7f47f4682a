// Users: who comes from the old site, under which name.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>

#include "sql/import/new_site.h"
#include "sql/import/old_site.h"
#include "sql/import/report.h"

namespace sql::imports {

// Whose thoughts a name at the old site stands for.
struct Owner {
  int64_t user_id = 0;        // here; 0: deleted here, refused, or not made in a dry run
  std::string username = {};  // here
  bool deleted = false;
  bool refused = false;
};
// By the name exactly as the old site has it.
using Owners = std::unordered_map<std::string, Owner>;

// Brings all users over, the smaller ids first: of names that differ only in case or composition
// the oldest comes, the others are refused. With `dry_run` nothing is written. `done` is told how
// many were looked at. Throws sql::Error.
Owners ImportUsers(OldSite& old_site, NewSite& new_site, bool dry_run, Report& report,
                   const std::function<void(int64_t done)>& done);

}  // namespace sql::imports
