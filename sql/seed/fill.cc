#include "sql/seed/fill.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <future>
#include <stdexcept>
#include <vector>

#include "sql/client/client.h"
#include "sql/load/copy_text.h"
#include "sql/load/search_index.h"
#include "sql/seed/texts.h"

namespace sql {
namespace {

constexpr const char* kInsertUsers = R"(
  WITH new AS (
    INSERT INTO users (username, password_hash)
    SELECT 'user' || lpad(n::text, greatest(5, length(n::text)), '0'), $2 FROM generate_series(1, $1::bigint) AS n
    ON CONFLICT (username_key) DO NOTHING RETURNING 1)
  SELECT count(*) FROM new)";

constexpr const char* kUserIds = R"(
  SELECT users.id, users.username FROM generate_series(1, $1::bigint) AS n
  JOIN users ON username_key = name_key('user' || lpad(n::text, greatest(5, length(n::text)), '0')) ORDER BY n)";

constexpr const char* kSeededThoughts = R"(
  SELECT count(*) FROM thoughts WHERE user_id IN (SELECT id FROM users WHERE username ~ '^user[0-9]{5,}$'))";

// Ids in one piece, so that a text's index and its id go together whatever the sessions do.
constexpr const char* kReserveIds = R"(
  SELECT setval(pg_get_serial_sequence('thoughts', 'id'), nextval(pg_get_serial_sequence('thoughts', 'id')) + $1::bigint)
         - $1::bigint)";

constexpr int64_t kRowsPerMessage = 500;

struct User {
  std::string id, name;
};

struct Part {
  int64_t first, count;  // text indexes
  int64_t first_id;
};

void CopyPart(const FillSettings& settings, const Texts& texts, const std::vector<User>& users,
              Part part, std::time_t now, std::atomic<int64_t>& done) {
  Connection connection(settings.conninfo);
  connection.Run("SET synchronous_commit = off");  // the last step waits for the disk
  connection.StartCopy("COPY thoughts (id, user_id, username, text, timestamp) FROM STDIN");
  std::string rows;
  for (int64_t i = 0; i < part.count; ++i) {
    const auto index = static_cast<uint64_t>(part.first + i);
    Random random(settings.seed + index);
    const double where = random.Fraction();  // squared: some users write much, most little
    const auto& user =
        users[static_cast<size_t>(where * where * static_cast<double>(users.size()))];
    // A thought every ten seconds up to now, so that ids and times ascend together.
    const std::time_t at = now - 10 * (settings.thoughts - part.first - i);
    std::tm utc;
    gmtime_r(&at, &utc);
    fmt::format_to(std::back_inserter(rows), "{}\t{}\t{}\t", part.first_id + i, user.id, user.name);
    AppendCopyText(rows, texts.Make(index));
    fmt::format_to(std::back_inserter(rows), "\t{}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}+00\n",
                   utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
                   utc.tm_sec, random.Below(1000000));
    if ((i + 1) % kRowsPerMessage == 0 || i + 1 == part.count) {
      connection.CopyData(rows);
      rows.clear();
      done += i % kRowsPerMessage + 1;
    }
  }
  connection.EndCopy();
}

int64_t CopyAll(const FillSettings& settings, const std::vector<User>& users, int64_t have,
                Connection& connection, const FillProgress& progress) {
  const int64_t missing = settings.thoughts - have;
  const int64_t first_id = std::stoll(connection.One(kReserveIds, {std::to_string(missing)}));
  const Texts texts(settings.seed);
  const std::time_t now = std::time(nullptr);
  std::atomic<int64_t> done = 0;
  std::vector<std::future<void>> parts;
  for (int64_t session = 0; session < settings.sessions; ++session) {
    const int64_t begin = missing * session / settings.sessions;
    const int64_t end = missing * (session + 1) / settings.sessions;
    const Part part{have + begin, end - begin, first_id + begin};
    parts.push_back(std::async(std::launch::async, [&settings, &texts, &users, part, now, &done] {
      CopyPart(settings, texts, users, part, now, done);
    }));
  }
  for (auto& part : parts) {
    while (part.wait_for(std::chrono::seconds(1)) != std::future_status::ready) {
      progress("thoughts", done, missing);
    }
  }
  for (auto& part : parts) part.get();
  progress("thoughts", missing, missing);
  return missing;
}

}  // namespace

Filled Fill(const FillSettings& settings, const FillProgress& progress) {
  if (settings.thoughts > 0 && settings.users < 1)
    throw std::invalid_argument("thoughts need users: give --users");
  Connection connection(settings.conninfo);
  Filled filled;
  filled.users = std::stoll(
      connection.One(kInsertUsers, {std::to_string(settings.users), settings.password_hash}));
  progress("users", settings.users, settings.users);
  std::vector<User> users;
  for (const auto& row : connection.Query(kUserIds, {std::to_string(settings.users)}))
    users.push_back({*row[0], *row[1]});

  const int64_t have = std::stoll(connection.One(kSeededThoughts));
  if (have < settings.thoughts) {
    const bool rebuild = IsRebuildQuicker(connection, settings.thoughts - have);
    if (rebuild) DropSearchIndex(connection);
    filled.thoughts = CopyAll(settings, users, have, connection, progress);
    if (rebuild) progress("search index", 0, 1);
  }
  MakeSearchIndex(settings.conninfo);  // also when an earlier run was killed before it did
  if (filled.thoughts > 0) {
    progress("statistics", 0, 1);
    connection.Run("VACUUM (ANALYZE) thoughts");
    connection.Run("ANALYZE users");
  }
  return filled;
}

}  // namespace sql
