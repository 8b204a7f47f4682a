// Database: one request's view of PostgreSQL. It takes a connection from the process's pool at the
// first statement and gives it back when it ends.
//
// Time: no call waits beyond the request's deadline. A statement that would is cancelled and its
// connection closed; what comes after the deadline is not begun; both throw host::TimedOut (the
// host answers 504). Should the worker be gone, statement_timeout ends it. When PostgreSQL is away
// every call throws host::Unavailable quickly (the host answers 503 with Retry-After). Repeats: a
// read (statement.h) is sent once more when its connection broke (outside transactions); a write is
// sent again only when it certainly was not received. Deadlocks and serialization failures (40P01,
// 40001) are repeated up to three times with jitter, a transaction as a whole. One thread at a
// time.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "host/base/clock.h"
#include "host/db/connection.h"
#include "host/db/parameter.h"
#include "host/db/pool.h"
#include "host/db/rows.h"
#include "host/db/statement.h"
#include "host/scoreboard/thread_board.h"

namespace host::db {

class Database {
 public:
  // `board`, of the thread that works with it, shows the statement that runs; null when nobody
  // looks.
  Database(Pool& pool, SteadyTime deadline, ThreadBoard* board = nullptr)
      : pool_(pool), deadline_(deadline), board_(board) {}
  Database(const Database&) = delete;

  template <typename... Args>
  Rows All(const Statement& statement, const Args&... args) {
    return Run(statement, {ToParameter(args)...});
  }
  // Exactly one row; throws std::runtime_error otherwise.
  template <typename... Args>
  Row One(const Statement& statement, const Args&... args) {
    return ExactlyOne(statement, Run(statement, {ToParameter(args)...}));
  }
  template <typename... Args>
  std::optional<Row> Maybe(const Statement& statement, const Args&... args) {
    const Rows rows = Run(statement, {ToParameter(args)...});
    return rows.empty() ? std::nullopt : std::optional<Row>(rows[0]);
  }

  // Runs `work` between BEGIN and COMMIT; rolls back when it throws. `work` may run again (see
  // above): it must have no effect but its statements. Returns what `work` returns, after the
  // COMMIT was acknowledged.
  template <typename Work>
  auto InTransaction(Work&& work) -> std::invoke_result_t<Work> {
    for (int attempt = 1;; ++attempt) {
      try {
        Begin();
        auto result = work();
        Commit();
        return result;
      } catch (const Error& error) {
        Rollback();
        if (!Repeatable(error, attempt)) throw;
      } catch (...) {
        Rollback();
        throw;
      }
    }
  }

 private:
  Rows Run(const Statement& statement, const std::vector<Parameter>& parameters);
  Connection& Take();
  void Command(const char* sql);
  static Row ExactlyOne(const Statement& statement, const Rows& rows);
  void Begin();
  void Commit();
  void Rollback() noexcept;
  bool Repeatable(const Error& error, int attempt) const;  // waits with jitter before it says true

  Pool& pool_;
  SteadyTime deadline_;
  ThreadBoard* board_;
  std::optional<Lease> lease_;
  bool in_transaction_ = false;
};

}  // namespace host::db
