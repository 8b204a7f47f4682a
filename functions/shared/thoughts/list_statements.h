// The statements behind the lists, one for each shape of question, so that every plan is the right
// one for all its values.
//
// Parameters of all: $1 rows wanted, $2 id that the page begins behind, $3 user id, $4 search, $5
// rows to look at (window), $6 snapshot of the page before, $7 ids that it brought late.
//
// Columns: those of a thought, and
//   found     whether the row is part of the answer
//   more      whether the row stands behind the window, so that there is more to look at
//   xid, now  the row's transaction, and the snapshot of this statement: for the next cursor
#pragma once

#include "host/db/statement.h"

namespace thoughts {

enum class Search {
  kNone,
  kWindow,  // compares the next $5 thoughts: finds what is common at once
  kIndex,   // asks the index of grams: finds what is rare, or nothing, at once
};

struct ListShape {
  bool descending = false;
  bool of_user = false;
  Search search = Search::kNone;
  bool late = false;  // also what $6 did not show; ascending only
};

// Valid as long as the process. Safe from several threads.
const host::Statement& ListStatement(const ListShape& shape);

}  // namespace thoughts
