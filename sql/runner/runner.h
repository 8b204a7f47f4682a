// Runner: brings a database to a version of the schema, one migration a transaction, one runner at
// a time (advisory lock).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sql/client/client.h"
#include "sql/runner/files.h"

namespace sql {

struct MigrationState {
  int version;
  std::string name;
  std::string at;  // when it was applied, UTC; "" when pending
  bool edited;     // applied, and its file has changed since
  bool missing;    // applied, and there is no such file
};

class Runner {
 public:
  // Told of each migration before it runs: direction ("up", "down") and migration.
  using Progress = std::function<void(const char*, const Migration&)>;

  // Waits up to `lock_timeout_s` for another runner, and for every lock that a migration needs.
  Runner(Connection& connection, std::vector<Migration> migrations, int lock_timeout_s,
         Progress progress);

  // All pending migrations up to version `to`. Throws std::runtime_error when an applied file was
  // edited, sql::Error when a statement fails (that migration is rolled back, those before it
  // stay). Returns how many ran.
  int Up(int to);
  // Undoes all above version `to`, the newest first. Throws as Up, and when a file is missing.
  int Down(int to);
  // Every migration of the files and of the database, by version. Changes nothing, takes no lock.
  std::vector<MigrationState> States();
  int Version();  // the highest applied, 0 for none

 private:
  void Lock();
  void Unlock();
  void Apply(const Migration& migration, bool up);
  void RefuseEdited();

  Connection& connection_;
  std::vector<Migration> migrations_;
  int lock_timeout_s_;
  Progress progress_;
};

}  // namespace sql
