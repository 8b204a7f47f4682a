// ListQuery: the parameters that all lists of thoughts take: search, limit, sort, cursor (and
// username, of the public list).
#pragma once

#include <optional>
#include <string>

#include "functions/shared/thoughts/cursor.h"
#include "host/base/result.h"
#include "host/function/request.h"

namespace thoughts {

struct ListQuery {
  std::string search;    // "" for no search
  std::string username;  // "" for everybody's
  int limit = 20;        // 1 to 100
  bool descending = false;
  std::optional<Cursor> cursor;
};

// 422 that names every wrong parameter. Unknown ones are ignored.
host::Result<ListQuery> ParseListQuery(const host::Request& request);

// Link target: `path` (already encoded) with the request's own parameters and another cursor.
std::string PageUrl(std::string_view path, const host::Request& request, const Cursor& cursor);

}  // namespace thoughts
