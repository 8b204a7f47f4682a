// A prepared statement: its name shows in logs, its text is prepared once per connection at first
// use.
#pragma once

namespace host::db {

// Whether a statement may be sent again after its connection broke: kBySql takes the word of a
// leading SELECT.
enum class Repeat { kBySql, kRead };

struct Statement {
  const char* name;  // "function.verb", unique in the process
  const char* sql;   // one statement, parameters $1...
  Repeat repeat = Repeat::kBySql;
};

}  // namespace host::db

namespace host {
using Statement = db::Statement;
}
