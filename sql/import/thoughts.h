// Thoughts: which ranges of ids differ from what was imported, and what is missing in them.
#pragma once

#include <cstdint>
#include <vector>

#include "sql/import/new_site.h"
#include "sql/import/old_site.h"
#include "sql/import/report.h"
#include "sql/import/users.h"

namespace sql::imports {

// Ids to look at in one go.
struct Piece {
  int64_t first_id = 0, last_id = 0;
  int64_t there = 0;     // rows at the old site
  int64_t imported = 0;  // of which about so many are here
};

// The ranges that are not the same on both sides, neighbours put together. Both by ascending
// number.
std::vector<Piece> Differences(const std::vector<Range>& there, const std::vector<Range>& imported);

// Brings over what is missing in one piece, in one transaction. Throws sql::Error.
void ImportPiece(const Piece& piece, const Owners& owners, OldSite& old_site, NewSite& new_site,
                 bool dry_run, Report& report);

}  // namespace sql::imports
