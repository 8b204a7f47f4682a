#include "sql/runner/runner.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <stdexcept>

namespace sql {
namespace {

// Any number will do, as long as nothing else in the database locks it.
constexpr const char* kLockKey = "7266480321";

constexpr const char* kCreateTable = R"(
  CREATE TABLE IF NOT EXISTS schema_migrations (
    version int PRIMARY KEY,
    name text NOT NULL,
    hash text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()))";

constexpr const char* kHash = "SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex')";

// Gives up the lock whatever happens; a broken connection has lost it anyway.
template <typename Work>
struct Finally {
  Work work;
  ~Finally() {
    try {
      work();
    } catch (const std::exception&) {
    }
  }
};
template <typename Work>
Finally(Work) -> Finally<Work>;

}  // namespace

Runner::Runner(Connection& connection, std::vector<Migration> migrations, int lock_timeout_s,
               Progress progress)
    : connection_(connection),
      migrations_(std::move(migrations)),
      lock_timeout_s_(lock_timeout_s),
      progress_(std::move(progress)) {}

void Runner::Lock() {
  connection_.Run(fmt::format("SET lock_timeout = '{}s'", lock_timeout_s_));
  try {
    connection_.Run(fmt::format("SELECT pg_advisory_lock({})", kLockKey));
  } catch (const Error& error) {
    if (error.sqlstate() != "55P03") throw;
    throw std::runtime_error(fmt::format(
        "another migration has been running for {} s; try again when it is done", lock_timeout_s_));
  }
  connection_.Run(kCreateTable);
}

void Runner::Unlock() { connection_.Run(fmt::format("SELECT pg_advisory_unlock({})", kLockKey)); }

int Runner::Version() {
  if (connection_.One("SELECT to_regclass('schema_migrations') IS NULL") == "t") return 0;
  return std::stoi(connection_.One("SELECT coalesce(max(version), 0) FROM schema_migrations"));
}

std::vector<MigrationState> Runner::States() {
  std::map<int, MigrationState> states;
  std::map<int, std::string> hashes;
  if (connection_.One("SELECT to_regclass('schema_migrations') IS NULL") != "t") {
    for (const auto& row :
         connection_.Query("SELECT version, name, hash, to_char(at AT TIME ZONE 'UTC', "
                           "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM schema_migrations")) {
      const int version = std::stoi(*row[0]);
      states[version] = {version, *row[1], *row[3], false, true};
      hashes[version] = *row[2];
    }
  }
  for (const auto& migration : migrations_) {
    auto& state = states[migration.version];
    const bool applied = hashes.contains(migration.version);
    state = {migration.version, migration.name, state.at,
             applied && connection_.One(kHash, {migration.content}) != hashes[migration.version],
             false};
  }
  std::vector<MigrationState> all;
  for (auto& [version, state] : states) all.push_back(std::move(state));
  return all;
}

void Runner::RefuseEdited() {
  for (const auto& state : States()) {
    if (!state.edited) continue;
    throw std::runtime_error(fmt::format(
        "{:04}_{}.sql was edited after it was applied at {}: take the edit back and write a new "
        "migration",
        state.version, state.name, state.at));
  }
}

int Runner::Up(int to) {
  Lock();
  const Finally unlock{[this] { Unlock(); }};
  RefuseEdited();
  int count = 0;
  for (const auto& migration : migrations_) {
    if (migration.version > to) break;
    if (connection_.One("SELECT count(*) FROM schema_migrations WHERE version = $1",
                        {std::to_string(migration.version)}) != "0") {
      continue;
    }
    Apply(migration, true);
    ++count;
  }
  return count;
}

int Runner::Down(int to) {
  Lock();
  const Finally unlock{[this] { Unlock(); }};
  RefuseEdited();
  int count = 0;
  std::map<int, const Migration*> files;
  for (const auto& migration : migrations_) files[migration.version] = &migration;
  for (int version = Version(); version > std::max(to, 0); version = Version()) {
    if (!files.contains(version)) {
      throw std::runtime_error(fmt::format(
          "version {:04} is applied, but its file is not here: take the files of that release",
          version));
    }
    Apply(*files[version], false);
    ++count;
  }
  return count;
}

void Runner::Apply(const Migration& migration, bool up) {
  progress_(up ? "up" : "down", migration);
  connection_.Run("BEGIN");
  try {
    connection_.Run(up ? migration.up : migration.down);
    const auto version = std::to_string(migration.version);
    if (up) {
      connection_.Query(
          "INSERT INTO schema_migrations (version, name, hash) VALUES ($1, $2, "
          "encode(sha256(convert_to($3, 'UTF8')), 'hex'))",
          {version, migration.name, migration.content});
    } else {
      connection_.Query("DELETE FROM schema_migrations WHERE version = $1", {version});
    }
    connection_.Run("COMMIT");
  } catch (const Error& error) {
    try {
      connection_.Run("ROLLBACK");
    } catch (const Error&) {  // the connection is gone, and the transaction with it
    }
    throw Error(fmt::format("{:04}_{}.sql ({}), rolled back: {}", migration.version, migration.name,
                            up ? "up" : "down", error.what()),
                error.sqlstate());
  }
}

}  // namespace sql
