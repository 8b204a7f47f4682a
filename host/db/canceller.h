// Canceller: has PostgreSQL end statements that nobody waits for any more.
//
// libpq asks for that over a connection of its own and waits for PostgreSQL without a limit, so one
// thread, started when it is first needed, does nothing else; callers never wait. Should PostgreSQL
// hang so that the thread hangs with it, further statements are left to statement_timeout, and the
// process ends without waiting for the thread. Safe from several threads.
#pragma once

#include <memory>

struct pg_conn;

namespace host::db {

class Canceller {
 public:
  Canceller();
  Canceller(const Canceller&) = delete;
  ~Canceller();

  // The statement that runs on `connection`, which may be closed at once.
  void Cancel(pg_conn* connection);

 private:
  struct Shared;
  static void Work(Shared& shared);

  std::shared_ptr<Shared> shared_;
};

}  // namespace host::db
