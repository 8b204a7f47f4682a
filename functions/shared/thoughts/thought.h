// A thought as clients write and see it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/result.h"
#include "host/db/database.h"
#include "host/function/request.h"

namespace thoughts {

// The body field `text`: 1 to 250 code points of UTF-8, no control characters but line feed and
// tab. CR LF, as browsers send it from a form, becomes LF. 422 with every broken rule.
host::Result<std::string> ParseText(const host::Request& request);
host::Result<std::string> CheckText(std::string text);

// For SELECT and RETURNING lists of a statement on `thoughts`.
#define THOUGHTS_COLUMNS                                                                          \
  "id, username, text, to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US') AS " \
  "timestamp"

// {"id":7,"username":"demo","text":"...","timestamp":"2026-11-23T23:54:33.803687"} of a row with
// these columns.
void AppendJson(std::string& out, const host::db::Row& row);
std::string ToJson(const host::db::Row& row);

// The 404 of a thought that is not there, or is not the caller's.
host::Problem NotFound();

// The id of a user by name, without regard to case and composition.
std::optional<int64_t> FindUserId(host::db::Database& db, std::string_view username);

}  // namespace thoughts
