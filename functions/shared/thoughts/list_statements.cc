#include "functions/shared/thoughts/list_statements.h"

#include <fmt/format.h>

#include <array>
#include <string>

namespace thoughts {
namespace {

// Every parameter has its type here, used or not. `given` is computed once a statement: fold() of a
// parameter would otherwise run for every row.
constexpr const char* kWith = R"(
WITH typed AS (SELECT $1::bigint, $2::bigint, $3::bigint, $4::text, $5::bigint, $6::pg_snapshot, $7::bigint[]),
     given AS MATERIALIZED (SELECT fold($4) AS pattern{}))";

constexpr const char* kColumns = "id, username, text, folded, timestamp, created_xid";
constexpr const char* kMatches = "strpos(folded, (SELECT pattern FROM given)) > 0";

// The primary key, or the index on (user_id, id), read in order.
std::string Plain(const ListShape& shape, const char* limit) {
  return fmt::format("SELECT {} FROM thoughts WHERE {} id {} $2 ORDER BY id {} LIMIT {}", kColumns,
                     shape.of_user ? "user_id = $3 AND" : "", shape.descending ? "<" : ">",
                     shape.descending ? "DESC" : "ASC", limit);
}

// The matches among the next $5 rows; then, if the page is not full and so the second half of the
// UNION runs at all, the row behind those $5: it says that there is more to look at.
std::string Window(const ListShape& shape) {
  return fmt::format(
      "(SELECT {0}, true AS found, false AS more FROM ({1}) AS looked WHERE {2}) UNION ALL "
      "(SELECT {0}, false, true FROM thoughts WHERE id = "
      "(SELECT id FROM thoughts WHERE {3} id {4} $2 ORDER BY id {5} OFFSET $5 LIMIT 1))",
      kColumns, Plain(shape, "$5"), kMatches, shape.of_user ? "user_id = $3 AND" : "",
      shape.descending ? "<" : ">", shape.descending ? "DESC" : "ASC");
}

// `+ 0` keeps the planner from the indexes on id, which would be read to the end for a rare word.
std::string Index(const ListShape& shape) {
  const char* order = shape.descending ? "DESC" : "ASC";
  return fmt::format(
      "SELECT {0}, true AS found, false AS more FROM thoughts WHERE id = ANY (ARRAY(SELECT id FROM "
      "hits ORDER BY id {1} LIMIT $1)) "
      "ORDER BY id {1}",
      kColumns, order);
}

std::string Hits(const ListShape& shape) {
  return fmt::format(
      ", hits AS MATERIALIZED (SELECT id FROM thoughts WHERE "
      "((id % 2 = 0 AND grams(folded) @@ (SELECT query FROM given)) OR "
      "(id % 2 = 1 AND grams(folded) @@ (SELECT query FROM given))) AND {} AND id + 0 {} $2 {})",
      kMatches, shape.descending ? "<" : ">", shape.of_user ? "AND user_id + 0 = $3" : "");
}

// Committed after the snapshot was taken, with an id that its page had passed. A transaction ends
// within seconds: ids far below are settled. Rows restored from another cluster have transactions
// to come, and are in no snapshot: not ours.
std::string Late(const ListShape& shape) {
  return fmt::format(
      "SELECT {}, true AS found, false AS more FROM thoughts WHERE id <= $2 AND id > $2 - 10000 "
      "AND created_xid >= pg_snapshot_xmin($6) AND NOT pg_visible_in_snapshot(created_xid, $6) "
      "AND pg_visible_in_snapshot(created_xid, pg_current_snapshot()) AND id <> ALL ($7) {} {}",
      kColumns, shape.of_user ? "AND user_id = $3" : "",
      shape.search == Search::kNone ? "" : std::string("AND ") + kMatches);
}

std::string Text(const ListShape& shape) {
  std::string sql =
      fmt::format(kWith, shape.search == Search::kIndex ? ", grams_query(fold($4)) AS query" : "");
  std::string rows;
  switch (shape.search) {
    case Search::kNone:
      rows = fmt::format("SELECT *, true AS found, false AS more FROM ({}) AS plain",
                         Plain(shape, "$1"));
      break;
    case Search::kWindow:
      rows = Window(shape);
      break;
    case Search::kIndex:
      sql += Hits(shape);
      rows = Index(shape);
      break;
  }
  if (shape.late) rows = fmt::format("({}) UNION ALL ({})", Late(shape), rows);
  // A window comes in order already, and sorting it would read it to its end first.
  const bool in_order = shape.search == Search::kWindow && !shape.late;
  const char* order = in_order ? "" : shape.descending ? "ORDER BY id DESC" : "ORDER BY id ASC";
  return sql +
         fmt::format(
             " SELECT id, username, text, "
             "to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US') AS timestamp, "
             "found, more, created_xid AS xid, (SELECT pg_current_snapshot()) AS now "
             "FROM ({}) AS page {} LIMIT $1",
             rows, order);
}

struct Entry {
  std::string name, sql;
};

size_t IndexOf(const ListShape& shape) {
  return ((static_cast<size_t>(shape.search) * 2 + shape.of_user) * 2 + shape.descending) * 2 +
         shape.late;
}

std::array<Entry, 24> MakeAll() {
  std::array<Entry, 24> all;
  for (const auto search : {Search::kNone, Search::kWindow, Search::kIndex}) {
    for (int bits = 0; bits < 8; ++bits) {
      const ListShape shape{(bits & 1) != 0, (bits & 2) != 0, search, (bits & 4) != 0};
      constexpr const char* kWords[] = {"all", "window", "index"};
      Entry& entry = all[IndexOf(shape)];
      entry.name = fmt::format("thoughts.list_{}{}{}{}", kWords[static_cast<int>(search)],
                               shape.of_user ? "_of_user" : "",
                               shape.descending ? "_descending" : "", shape.late ? "_late" : "");
      entry.sql = Text(shape);
    }
  }
  return all;
}

}  // namespace

const host::Statement& ListStatement(const ListShape& shape) {
  static const std::array<Entry, 24> kAll = [] { return MakeAll(); }();
  static const std::array<host::Statement, 24> kStatements = [] {
    std::array<host::Statement, 24> statements{};
    for (size_t i = 0; i < kAll.size(); ++i)
      statements[i] = {kAll[i].name.c_str(), kAll[i].sql.c_str(), host::db::Repeat::kRead};
    return statements;
  }();
  return kStatements[IndexOf(shape)];
}

}  // namespace thoughts
