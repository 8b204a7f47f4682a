// The database layer against a PostgreSQL that stops, starts and refuses (BEHAVIOURS C1, C3).

#include "host/db/database.h"

#include <fcntl.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "sql/testing/cluster.h"

using namespace host;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

const Log kLog("test", "", open("/dev/null", O_WRONLY | O_CLOEXEC));
constexpr Statement kSum{"test.sum", "SELECT $1::int + $2::int AS sum"};
constexpr Statement kEcho{
    "test.echo", "SELECT $1::text AS text, $2::bytea AS bytes, $3::bool AS yes, $4::text AS none"};
constexpr Statement kPid{"test.pid", "SELECT pg_backend_pid() AS pid"};
constexpr Statement kInsert{"test.insert", "INSERT INTO t (n) VALUES ($1)"};
constexpr Statement kCount{"test.count", "SELECT count(*) AS n FROM t"};
constexpr Statement kKill{"test.kill", "SELECT pg_terminate_backend($1)"};

struct Server {
  sql::testing::Cluster cluster;
  db::Pool pool{{.conninfo = cluster.url(), .name = "test", .statement_timeout_ms = 5000}, 4, kLog};
  Server() {
    db::Database database(pool, In(5s));
    database.All({"test.create", "CREATE TABLE t (n int PRIMARY KEY)"});
  }
  static SteadyTime In(std::chrono::milliseconds from_now) {
    return steady_clock::now() + from_now;
  }
  int64_t Count() { return db::Database(pool, In(5s)).One(kCount).Integer("n"); }
};

Server& Shared() {
  static Server server;
  return server;
}

}  // namespace

BOOST_AUTO_TEST_CASE(values_come_back_as_they_went) {
  db::Database database(Shared().pool, Server::In(5s));
  BOOST_TEST(database.One(kSum, 40, 2).Integer("sum") == 42);
  const std::string bytes("\0\xFF\n", 3);
  const auto row = database.One(kEcho, "50% \xC3\xA9 '", db::Bytes(bytes), true, std::nullopt);
  BOOST_TEST(row.Text("text") == "50% \xC3\xA9 '");
  BOOST_TEST(row.Bytes("bytes") == bytes);
  BOOST_TEST(row.Bool("yes"));
  BOOST_TEST(row.IsNull("none"));
  BOOST_CHECK_THROW(row.Text("none"), std::runtime_error);
  BOOST_CHECK_THROW(row.Text("absent"), std::out_of_range);
}

BOOST_AUTO_TEST_CASE(text_that_postgresql_cannot_hold_never_reaches_it) {
  db::Database database(Shared().pool, Server::In(5s));
  BOOST_CHECK_THROW(database.One(kEcho, std::string("a\0b", 3), std::nullopt, true, std::nullopt),
                    db::BadText);
  BOOST_CHECK_THROW(database.One(kEcho, "\xFF", std::nullopt, true, std::nullopt), db::BadText);
}

BOOST_AUTO_TEST_CASE(a_transaction_commits_or_leaves_nothing) {
  db::Database database(Shared().pool, Server::In(5s));
  const int64_t before = Shared().Count();
  BOOST_TEST(database.InTransaction([&] { return database.All(kInsert, 1).affected(); }) == 1);
  BOOST_CHECK_THROW(database.InTransaction([&]() -> int {
    database.All(kInsert, 2);
    throw std::runtime_error("given up");
  }),
                    std::runtime_error);
  BOOST_CHECK_EXCEPTION(database.InTransaction([&] { return database.All(kInsert, 1).affected(); }),
                        db::Error,
                        [](const db::Error& error) { return error.sqlstate() == "23505"; });
  BOOST_TEST(Shared().Count() == before + 1);
}

BOOST_AUTO_TEST_CASE(c1_a_killed_backend_is_replaced_without_an_error) {
  Server& server = Shared();
  int64_t pid = 0;
  {
    pid = db::Database(server.pool, Server::In(5s)).One(kPid).Integer("pid");
  }
  db::Pool other({.conninfo = server.cluster.url(), .name = "other"}, 1, kLog);
  db::Database(other, Server::In(5s)).All(kKill, pid);
  const int64_t before = server.Count();
  db::Database(server.pool, Server::In(5s))
      .All(kInsert, 1000);  // a write, on a connection known to be dead
  BOOST_TEST(server.Count() == before + 1);
  const int64_t again = db::Database(server.pool, Server::In(5s)).One(kPid).Integer("pid");
  BOOST_TEST(again != pid);
}

// A statement that ends its own connection the first `times` it runs, and counts how often that
// was.
struct Ending {
  explicit Ending(Server& with, int times) : server(with) {
    db::Database database(server.pool, Server::In(5s));
    database.All({"test.drop", "DROP SEQUENCE IF EXISTS tries"});
    database.All({"test.sequence", "CREATE SEQUENCE tries"});
    text = "SELECT CASE WHEN nextval('tries') <= " + std::to_string(times) +
           " THEN pg_terminate_backend(pg_backend_pid()) ELSE true END AS done, pg_sleep(0.05)";
  }
  int64_t tries() const {
    return db::Database(server.pool, Server::In(5s))
        .One({"test.tries", "SELECT last_value AS n FROM tries"})
        .Integer("n");
  }
  Server& server;
  std::string text;
};

BOOST_AUTO_TEST_CASE(c1_a_read_whose_connection_breaks_is_sent_once_more) {
  const Ending once(Shared(), 1);
  {
    db::Database database(Shared().pool, Server::In(5s));
    BOOST_TEST(database.One({"test.once", once.text.c_str()}).Bool("done"));
  }
  BOOST_TEST(once.tries() == 2);
  // Also one that does not begin with SELECT, when it says so.
  const Ending with(Shared(), 1);
  const std::string text = "WITH list AS (" + with.text + ") SELECT done FROM list";
  {
    db::Database database(Shared().pool, Server::In(5s));
    BOOST_TEST(database.All({"test.with", text.c_str(), db::Repeat::kRead}).size() == 1);
  }
  BOOST_TEST(with.tries() == 2);
}

BOOST_AUTO_TEST_CASE(c1_a_read_is_sent_no_third_time) {
  const Ending always(Shared(), 100);
  db::Database database(Shared().pool, Server::In(5s));
  BOOST_CHECK_THROW(database.All({"test.always", always.text.c_str()}), Unavailable);
  BOOST_TEST(always.tries() == 2);
}

BOOST_AUTO_TEST_CASE(c1_what_may_have_been_done_is_not_sent_again) {
  const Ending write(Shared(), 1);
  const std::string text = "WITH list AS (" + write.text + ") SELECT done FROM list";
  {
    db::Database database(Shared().pool, Server::In(5s));
    BOOST_CHECK_THROW(database.All({"test.write", text.c_str()}), Unavailable);
  }
  BOOST_TEST(write.tries() == 1);
  const Ending inside(Shared(), 1);
  {
    db::Database database(Shared().pool, Server::In(5s));
    BOOST_CHECK_THROW(database.InTransaction([&] {
      return database.All({"test.inside", inside.text.c_str()}).size();
    }),
                      Unavailable);
  }
  BOOST_TEST(inside.tries() == 1);
}

BOOST_AUTO_TEST_CASE(c3_deadlocks_are_repeated_as_a_whole) {
  Server& server = Shared();
  db::Database(server.pool, Server::In(5s)).All(kInsert, 2001);
  db::Database(server.pool, Server::In(5s)).All(kInsert, 2002);
  constexpr Statement lock{"test.lock", "SELECT n FROM t WHERE n = $1 FOR UPDATE"};
  std::atomic<int> holding{0};
  const auto cross = [&](int first, int second) {
    db::Database database(server.pool, Server::In(20s));
    bool met = false;
    return database.InTransaction([&] {
      database.One(lock, first);
      ++holding;
      while (!met && holding < 2) std::this_thread::yield();
      met = true;
      return database.One(lock, second).Integer("n");
    });
  };
  int64_t one = 0;
  std::jthread thread([&] { one = cross(2001, 2002); });
  const int64_t two = cross(2002, 2001);
  thread.join();
  BOOST_TEST(one == 2002);
  BOOST_TEST(two == 2001);
}

BOOST_AUTO_TEST_CASE(c1_while_postgresql_is_away_calls_fail_fast_and_then_all_is_well) {
  Server server;
  db::Database(server.pool, Server::In(5s)).All(kInsert, 1);
  server.cluster.Stop();
  const auto start = steady_clock::now();
  for (int i = 0; i < 20; ++i) {
    BOOST_CHECK_THROW(db::Database(server.pool, Server::In(5s)).All(kInsert, 2), Unavailable);
  }
  BOOST_TEST((steady_clock::now() - start < 2s));
  server.cluster.Start();
  const auto up = steady_clock::now();
  for (;;) {
    try {
      db::Database(server.pool, Server::In(5s)).All(kInsert, 3);
      break;
    } catch (const Unavailable&) {
      BOOST_REQUIRE((steady_clock::now() - up < 5s));
      std::this_thread::yield();
    }
  }
  BOOST_TEST_MESSAGE(
      "first write after "
      << std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - up).count()
      << " ms");
  BOOST_TEST(server.Count() == 2);
}

BOOST_AUTO_TEST_CASE(a_connection_asked_for_ahead_is_the_first_request_s) {
  Server& server = Shared();
  const std::string name = "ahead";
  constexpr Statement count{
      "test.named", "SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = $1"};
  const auto open = [&] {
    return db::Database(server.pool, Server::In(5s)).One(count, name).Integer("n");
  };
  db::Pool pool({.conninfo = server.cluster.url(), .name = name}, 1, kLog);
  pool.ConnectAhead();
  const auto start = steady_clock::now();
  while (open() == 0) {  // PostgreSQL makes it while nobody waits for it
    BOOST_REQUIRE((steady_clock::now() - start < 5s));
    std::this_thread::yield();
  }
  BOOST_TEST(db::Database(pool, Server::In(5s)).One(kSum, 40, 2).Integer("sum") == 42);
  BOOST_TEST(open() == 1);
}

BOOST_AUTO_TEST_CASE(a_connection_asked_for_while_postgresql_was_away_harms_no_request) {
  Server server;
  server.cluster.Stop();
  db::Pool refused({.conninfo = server.cluster.url(), .name = "refused"}, 1, kLog);
  refused.ConnectAhead();
  server.cluster.Start();
  BOOST_TEST(db::Database(refused, Server::In(5s)).One(kSum, 40, 2).Integer("sum") == 42);
  db::Pool lost({.conninfo = server.cluster.url(), .name = "lost"}, 1, kLog);
  lost.ConnectAhead();
  server.cluster.Stop();
  server.cluster.Start();
  BOOST_TEST(db::Database(lost, Server::In(5s)).One(kSum, 40, 2).Integer("sum") == 42);
}
