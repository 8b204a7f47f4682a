#include "functions/shared/thoughts/list.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <vector>

#include "functions/shared/thoughts/list_statements.h"
#include "functions/shared/thoughts/thought.h"
#include "host/base/utf8.h"

namespace thoughts {
namespace {

// How many thoughts are compared before the index is asked: about 0.2 ms, and 3 ms when the first
// few held a match.
constexpr int kWindow = 400;
constexpr int kWideWindow = 8000;

// No folded thought is longer: 250 code points, of which each becomes two at most.
constexpr size_t kMaxSearch = 500;

// Transactions that began so many before the oldest running one are over, with all that began about
// then.
constexpr int64_t kSettled = 50000;

struct Found {
  std::vector<host::db::Row> rows;
  bool more = false;  // the window ended before the thoughts did
};

struct Question {
  ListShape shape;
  int limit;
  int64_t behind;
  int64_t user_id;
  std::string search, snapshot, shown;
};

Found Ask(host::db::Database& db, Question question, Search search, int window) {
  question.shape.search = search;
  const auto rows =
      db.All(ListStatement(question.shape), question.limit, question.behind, question.user_id,
             question.search, window, question.snapshot, question.shown);
  Found found;
  for (const auto row : rows) {
    if (row.Bool("found")) found.rows.push_back(row);
    if (row.Bool("more")) found.more = true;
  }
  return found;
}

// Common words are found among the first thoughts looked at. For a word seen so often that a longer
// look promises a full page, that look is cheaper than the index, which would bring all its
// matches. Any other word is left to the index.
Found Fetch(host::db::Database& db, const Question& question) {
  if (question.search.empty()) return Ask(db, question, Search::kNone, 0);
  if (host::CodePoints(question.search).value_or(0) > kMaxSearch) return {};
  const auto enough = [&](const Found& found) {
    return !found.more || found.rows.size() >= static_cast<size_t>(question.limit);
  };
  auto found = Ask(db, question, Search::kWindow, kWindow);
  const bool promising =
      found.rows.size() * (kWideWindow / kWindow) >= static_cast<size_t>(question.limit);
  if (!enough(found) && promising) found = Ask(db, question, Search::kWindow, kWideWindow);
  if (!enough(found)) found = Ask(db, question, Search::kIndex, 0);
  return found;
}

int64_t Number(std::string_view text) {
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The cursor behind `row`.
Cursor Behind(const host::db::Row& row, bool descending) {
  Cursor cursor{.back = false,
                .descending = descending,
                .id = row.Integer("id"),
                .snapshot = {},
                .shown = {}};
  const auto now = row.Text("now");
  if (!descending && Number(row.Text("xid")) + kSettled >= Number(now)) cursor.snapshot = now;
  return cursor;
}

Cursor Next(const std::vector<host::db::Row>& rows, const ListQuery& query) {
  const auto& from = query.cursor;
  if (rows.empty()) {
    return {.back = false,
            .descending = query.descending,
            .id = from->id + (query.descending ? 1 : -1),
            .snapshot = {},
            .shown = {}};
  }
  auto cursor = Behind(rows.back(), query.descending);
  const bool all_late = from && !from->snapshot.empty() && cursor.id <= from->id;
  if (!all_late) return cursor;
  // There may be more late ones than fit on this page: the next one begins at the same place.
  Cursor same = *from;
  for (const auto& row : rows) same.shown.push_back(row.Integer("id"));
  if (same.shown.size() <= kMaxShown) return same;
  return {.back = false,
          .descending = false,
          .id = from->id,
          .snapshot = std::string(rows.back().Text("now")),
          .shown = {}};
}

Cursor Previous(const std::vector<host::db::Row>& rows, const ListQuery& query) {
  Cursor cursor{.back = true, .descending = query.descending, .id = 0, .snapshot = {}, .shown = {}};
  if (query.cursor->back) {
    cursor.id = rows.front().Integer("id");
  } else {  // the page before ends with the thought that this one's cursor names
    cursor.id = query.cursor->id + (query.descending ? -1 : 1);
  }
  return cursor;
}

}  // namespace

Page FetchPage(host::db::Database& db, const ListQuery& query, std::optional<int64_t> user_id) {
  const bool back = query.cursor && query.cursor->back;
  const bool downwards = query.descending != back;
  Question question{
      .shape = {.descending = downwards,
                .of_user = user_id.has_value(),
                .search = Search::kNone,
                .late = false},
      .limit = query.limit + 1,  // one more says whether there is a page behind this one
      .behind = downwards ? std::numeric_limits<int64_t>::max() : 0,
      .user_id = user_id.value_or(0),
      .search = query.search,
      .snapshot = "1:1:",
      .shown = "{}"};
  if (query.cursor) {
    question.behind = query.cursor->id;
    question.shape.late = !query.cursor->snapshot.empty();
  }
  if (question.shape.late) {
    question.snapshot = query.cursor->snapshot;
    for (const int64_t id : query.cursor->shown) {
      question.shown.insert(question.shown.size() - 1,
                            (question.shown == "{}" ? "" : ",") + std::to_string(id));
    }
  }
  auto rows = Fetch(db, question).rows;
  const bool more = rows.size() > static_cast<size_t>(query.limit);
  if (more) rows.resize(static_cast<size_t>(query.limit), rows.front());
  if (back) std::reverse(rows.begin(), rows.end());

  Page page{.json = "[", .count = static_cast<int>(rows.size()), .next = {}, .previous = {}};
  for (const auto& row : rows) {
    if (page.json.size() > 1) page.json += ',';
    AppendJson(page.json, row);
  }
  page.json += ']';
  if (back || more)
    page.next = back || !rows.empty() ? std::optional(Next(rows, query)) : std::nullopt;
  if (query.cursor && (!back || more)) page.previous = Previous(rows, query);
  return page;
}

host::Response Answer(const host::Request& request, std::string_view path, const Page& page) {
  auto response = host::Response::Json(200, page.json);
  std::string link;
  if (page.next) link = "<" + PageUrl(path, request, *page.next) + ">; rel=\"next\"";
  if (page.previous) {
    link +=
        (link.empty() ? "<" : ", <") + PageUrl(path, request, *page.previous) + ">; rel=\"prev\"";
  }
  if (!link.empty()) response.Header("Link", std::move(link));
  return response;
}

host::Response ListOfUser(const host::Request& request, host::db::Database& db,
                          std::string_view path, int64_t user_id) {
  const auto query = ParseListQuery(request);
  if (!query) return host::Response::From(query.error());
  return Answer(request, path, FetchPage(db, *query, user_id));
}

}  // namespace thoughts
