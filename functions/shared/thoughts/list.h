// List: a page of thoughts with its Link header, for GET /api/thoughts/ and the lists of one user's
// thoughts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "functions/shared/thoughts/list_query.h"
#include "host/db/database.h"
#include "host/function/request.h"
#include "host/function/response.h"

namespace thoughts {

struct Page {
  std::string json;  // an array
  int count = 0;
  std::optional<Cursor> next, previous;
};

// One page, in one statement for most questions and three at most. Walking by `next` neither
// repeats a thought nor skips one that was there when the walk began; in ascending order neither
// one that was committed during it behind the walker's back.
Page FetchPage(host::db::Database& db, const ListQuery& query, std::optional<int64_t> user_id);

// 200 with the page. `path`: the list's own, percent-encoded, for the links.
host::Response Answer(const host::Request& request, std::string_view path, const Page& page);

// The whole way for the list of one user, whose parameters are those of the public list but
// `username`.
host::Response ListOfUser(const host::Request& request, host::db::Database& db,
                          std::string_view path, int64_t user_id);

}  // namespace thoughts
