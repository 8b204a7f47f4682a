// The database layer against a PostgreSQL that is slow, locked, stopped: nothing waits beyond its
// deadline, and what is given up is ended in PostgreSQL as well (BEHAVIOURS C3).

#include <fcntl.h>
#include <signal.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include "host/db/database.h"
#include "sql/testing/cluster.h"

using namespace host;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

const Log kLog("test", "", open("/dev/null", O_WRONLY | O_CLOEXEC));
constexpr Statement kOne{"test.one", "SELECT 1 AS one"};
constexpr Statement kPid{"test.pid", "SELECT pg_backend_pid() AS pid"};
constexpr Statement kLength{"test.length", "SELECT length($1::text) AS length"};
constexpr Statement kSleep{"test.sleep", "SELECT pg_sleep(50) /* given up */"};
constexpr Statement kLock{"test.lock", "SELECT n FROM t WHERE n = 1 FOR UPDATE"};
constexpr Statement kInsert{"test.insert", "INSERT INTO t VALUES ($1)"};
constexpr Statement kCount{"test.count", "SELECT count(*) AS n FROM t"};
constexpr Statement kRunning{
    "test.running",
    "SELECT count(*) AS n FROM pg_stat_activity "
    "WHERE state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend'"};

SteadyTime In(std::chrono::milliseconds from_now) { return steady_clock::now() + from_now; }

// With a statement timeout that plays no part.
struct Server {
  sql::testing::Cluster cluster;
  db::Pool pool{
      {.conninfo = cluster.url(), .name = "test", .statement_timeout_ms = 60'000}, 4, kLog};
  Server() {
    db::Database database(pool, In(10s));
    database.All({"test.create", "CREATE TABLE t (n int PRIMARY KEY)"});
    database.All(kInsert, 1);
  }
  int64_t Ask(const Statement& statement, std::string_view column) {
    return db::Database(pool, In(10s)).One(statement).Integer(column);
  }
  pid_t postmaster() const {
    pid_t pid = 0;
    std::ifstream(cluster.folder() + "/data/postmaster.pid") >> pid;
    return pid;
  }
  // Until PostgreSQL works on nothing.
  void WaitForQuiet() {
    const auto start = steady_clock::now();
    while (Ask(kRunning, "n") > 0) BOOST_REQUIRE((steady_clock::now() - start < 10s));
  }
};

Server& Shared() {
  static Server server;
  return server;
}

// A process that stands still until the end of the scope.
class Stopped {
 public:
  explicit Stopped(pid_t pid) : pid_(pid) { BOOST_REQUIRE(kill(pid_, SIGSTOP) == 0); }
  ~Stopped() { kill(pid_, SIGCONT); }
  Stopped(const Stopped&) = delete;
  Stopped& operator=(const Stopped&) = delete;

 private:
  pid_t pid_;
};

// `work` is given up at a deadline 200 ms away, and not much later.
void TimesOut(db::Pool& pool, const std::function<void(db::Database&)>& work) {
  const auto start = steady_clock::now();
  {
    db::Database database(pool, start + 200ms);
    BOOST_CHECK_THROW(work(database), TimedOut);
  }
  BOOST_TEST((steady_clock::now() - start >= 200ms));
  BOOST_TEST((steady_clock::now() - start < 5s));
}

}  // namespace

BOOST_AUTO_TEST_CASE(c3_a_statement_beyond_the_deadline_is_cancelled) {
  TimesOut(Shared().pool, [](db::Database& database) { database.All(kSleep); });
  Shared().WaitForQuiet();
}

BOOST_AUTO_TEST_CASE(c3_a_wait_for_a_lock_ends_at_the_deadline_and_holds_nothing) {
  Server& server = Shared();
  db::Database holder(server.pool, In(30s));
  holder.InTransaction([&] {
    holder.One(kLock);
    TimesOut(server.pool, [](db::Database& database) {
      database.InTransaction([&] {
        database.All(kInsert, 2);
        return database.One(kLock).Integer("n");
      });
    });
    server.WaitForQuiet();
    return 0;
  });
  BOOST_TEST(server.Ask(kCount, "n") == 1);
  db::Database(server.pool, In(10s)).One(kLock);
}

BOOST_AUTO_TEST_CASE(c3_postgresql_ends_statements_by_itself_when_the_deadline_is_later) {
  db::Pool pool({.conninfo = Shared().cluster.url(), .name = "test", .statement_timeout_ms = 100},
                1, kLog);
  db::Database database(pool, In(30s));
  BOOST_CHECK_THROW(database.All(kSleep), TimedOut);
  BOOST_TEST(database.One(kOne).Integer("one") == 1);  // the connection is still good
}

BOOST_AUTO_TEST_CASE(c3_after_the_deadline_nothing_is_begun_and_the_connection_stays_good) {
  Server& server = Shared();
  const int64_t pid = server.Ask(kPid, "pid");
  const int64_t before = server.Ask(kCount, "n");
  BOOST_CHECK_THROW(db::Database(server.pool, In(0s)).All(kInsert, 3), TimedOut);
  BOOST_TEST(server.Ask(kPid, "pid") == pid);
  // A transaction that comes to its COMMIT too late has not happened.
  db::Database slow(server.pool, In(300ms));
  BOOST_CHECK_THROW(slow.InTransaction([&] {
    slow.All(kInsert, 4);
    std::this_thread::sleep_for(400ms);  // a handler that computes
    return 0;
  }),
                    TimedOut);
  BOOST_TEST(server.Ask(kCount, "n") == before);
}

BOOST_AUTO_TEST_CASE(c3_a_stopped_backend_holds_nobody_beyond_the_deadline) {
  Server& server = Shared();
  const auto pid = static_cast<pid_t>(server.Ask(kPid, "pid"));  // the pool gives it out next
  const Stopped stopped(pid);
  TimesOut(server.pool, [](db::Database& database) { database.One(kOne); });
  BOOST_TEST(server.Ask(kPid, "pid") != pid);
}

BOOST_AUTO_TEST_CASE(c3_a_stopped_backend_holds_nobody_who_sends_more_than_a_socket_takes) {
  Server& server = Shared();
  const std::string large(8 << 20, 'x');
  BOOST_TEST(db::Database(server.pool, In(10s)).One(kLength, large).Integer("length") ==
             static_cast<int64_t>(large.size()));
  const auto pid = static_cast<pid_t>(server.Ask(kPid, "pid"));
  const Stopped stopped(pid);
  TimesOut(server.pool, [&](db::Database& database) { database.One(kLength, large); });
}

BOOST_AUTO_TEST_CASE(c3_a_stopped_postmaster_holds_neither_new_connections_nor_the_pools_end) {
  Server server;
  server.Ask(kOne, "one");
  const Stopped stopped(server.postmaster());
  const auto start = steady_clock::now();
  {
    db::Pool pool({.conninfo = server.cluster.url(), .name = "other"}, 1, kLog);
    TimesOut(pool, [](db::Database& database) { database.One(kOne); });
    // The circuit is open now: the next one is told at once.
    BOOST_CHECK_EXCEPTION(
        db::Database(pool, In(10s)).One(kOne), Unavailable,
        [](const Unavailable& error) { return dynamic_cast<const TimedOut*>(&error) == nullptr; });
    // Cancelling goes through the postmaster: it hangs, and nobody waits for it.
    TimesOut(server.pool, [](db::Database& database) { database.All(kSleep); });
  }
  BOOST_TEST((steady_clock::now() - start < 10s));
}
