// Pool: the process's few connections, opened when first needed, kept for the next request.
//
// Nobody waits for a connection of another request. When PostgreSQL is away one request in a while
// tries to connect; the others are told at once (a circuit that opens for 100 to 300 ms). Safe from
// several threads.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/base/clock.h"
#include "host/base/log.h"
#include "host/db/connection.h"

namespace host::db {

class Pool;

// A connection on loan to one request. Given back unless broken.
class Lease {
 public:
  Lease(Pool& pool, std::unique_ptr<Connection> connection)
      : pool_(&pool), connection_(std::move(connection)) {}
  Lease(Lease&&) = default;
  Lease& operator=(Lease&&) = delete;
  ~Lease();
  Connection& operator*() const { return *connection_; }
  Connection* operator->() const { return connection_.get(); }

 private:
  Pool* pool_;
  std::unique_ptr<Connection> connection_;
};

class Pool {
 public:
  // At most `size` connections are kept idle; as many are open at once as threads ask.
  Pool(ConnectionSettings settings, size_t size, const Log& log);

  // Asks PostgreSQL for the first connection before a request needs it, without waiting: PostgreSQL
  // gets ready meanwhile. Of use where a request waits for the process to start.
  void ConnectAhead();

  // Throws Unavailable; TimedOut when it is `deadline` that has passed.
  Lease Take(SteadyTime deadline);

 private:
  friend class Lease;
  std::unique_ptr<Connection> Connect(SteadyTime deadline);
  void GiveBack(std::unique_ptr<Connection> connection);
  void Failed(const std::string& why);

  const ConnectionSettings settings_;
  const size_t size_;
  const Log& log_;
  Canceller canceller_;  // outlives the connections
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;  // the last one used is taken first
  std::unique_ptr<Connection> ahead_;              // asked for, not established
  SteadyTime closed_until_{};                      // no attempt before
  bool away_ = false;                              // said in the log already
};

}  // namespace host::db
