// A prepared statement: its name shows in logs, its text is prepared once per connection at first
// use.
#pragma once

namespace host::db {

struct Statement {
  const char* name;  // "function.verb", unique in the process
  const char* sql;   // one statement, parameters $1...
};

}  // namespace host::db

namespace host {
using Statement = db::Statement;
}
