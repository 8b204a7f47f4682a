// One connection to PostgreSQL over libpq, never waiting beyond a deadline.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.h"
#include "host/base/unavailable.h"
#include "host/db/canceller.h"
#include "host/db/parameter.h"
#include "host/db/rows.h"
#include "host/db/statement.h"

struct pg_conn;

namespace host::db {

// PostgreSQL refused a statement: a fault of the program or of the schema.
class Error : public std::runtime_error {
 public:
  Error(const std::string& what, std::string sqlstate)
      : std::runtime_error(what), sqlstate_(std::move(sqlstate)) {}
  const std::string& sqlstate() const { return sqlstate_; }

 private:
  std::string sqlstate_;
};

// The connection broke, or PostgreSQL is stopping, starting, full or read-only. `received`: whether
// the statement may have reached PostgreSQL, and so may have taken effect.
class Broken : public Unavailable {
 public:
  Broken(const std::string& what, bool received) : Unavailable(what), received_(received) {}
  bool received() const { return received_; }

 private:
  bool received_;
};

struct ConnectionSettings {
  std::string conninfo;             // libpq connection string or URL
  std::string name;                 // application_name
  int statement_timeout_ms = 4000;  // enforced by PostgreSQL, should the client be gone
};

class Connection {
 public:
  // Asks PostgreSQL for a connection and does not wait for it; a refusal shows in Establish. But
  // the name of a host is looked up without a limit: give an address where that matters.
  // `canceller` outlives the connection; null: a statement that runs out of time is left to
  // statement_timeout.
  explicit Connection(const ConnectionSettings& settings, Canceller* canceller = nullptr);
  Connection(const Connection&) = delete;
  ~Connection();

  // Before anything else. Throws Broken when PostgreSQL refuses or does not answer by `deadline`.
  void Establish(SteadyTime deadline);

  // Runs a statement, preparing it at its first use here. Throws Error; Broken, after which the
  // connection is of no use; or TimedOut: after `deadline` nothing is begun, and what has begun is
  // cancelled, which costs the connection.
  Rows Run(const Statement& statement, const std::vector<Parameter>& parameters,
           SteadyTime deadline);
  // BEGIN, COMMIT, ROLLBACK.
  void Command(const char* sql, SteadyTime deadline);

  // Whether an idle connection is still there: PostgreSQL says good-bye before it closes.
  bool Alive();
  bool broken() const { return broken_; }
  // Whether another request may have it: not broken, and in no transaction.
  bool Reusable() const;

 private:
  using Result = std::shared_ptr<pg_result>;
  void Prepare(const Statement& statement, SteadyTime deadline);
  void Send(const char* name, bool received, SteadyTime deadline);
  Result Wait(const char* name, bool received, SteadyTime deadline);
  [[noreturn]] void Break(const char* name, const std::string& why, bool received);
  [[noreturn]] void GiveUp(const char* name);

  pg_conn* connection_ = nullptr;
  int next_;  // PostgresPollingStatusType: what connecting waits for
  Canceller* const canceller_;
  std::set<std::string_view> prepared_;  // names of Statements, which live as long as the process
  bool broken_ = false;
};

}  // namespace host::db
