#include "sql/runner/runner.h"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "sql/testing/cluster.h"

namespace {

using sql::Connection;
using sql::Migration;
using sql::Runner;

constexpr int kAll = std::numeric_limits<int>::max();

const sql::testing::Cluster& SharedCluster() {
  static const sql::testing::Cluster cluster;
  return cluster;
}

// An empty database for each test.
Connection Fresh() {
  static int count = 0;
  const auto name = "d" + std::to_string(++count);
  Connection(SharedCluster().url()).Run("CREATE DATABASE " + name);
  return Connection(SharedCluster().url("postgres", name));
}

Migration Step(int version, const std::string& up, const std::string& down) {
  return {version, "step", up + "--" + down, up, down};
}

void Silent(const char*, const Migration&) {}

std::string Tables(Connection& connection) {
  return connection.One(
      "SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class "
      "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i', 'S')");
}

BOOST_AUTO_TEST_CASE(all_migrations_go_up_down_and_up_again) {
  auto connection = Fresh();
  const auto migrations = sql::ReadMigrations("sql/migrations");
  Runner runner(connection, migrations, 5, Silent);
  const int count = static_cast<int>(migrations.size());
  BOOST_TEST(runner.Up(kAll) == count);
  const auto up = Tables(connection);
  BOOST_TEST(runner.Up(kAll) == 0);
  BOOST_TEST(runner.Down(0) == count);
  BOOST_TEST(Tables(connection) == "schema_migrations schema_migrations_pkey");
  BOOST_TEST(
      connection.One("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace") ==
      "0");
  BOOST_TEST(runner.Up(kAll) == count);
  BOOST_TEST(Tables(connection) == up);
  BOOST_TEST(runner.Version() == migrations.back().version);
}

BOOST_AUTO_TEST_CASE(stops_at_the_version_asked_for) {
  auto connection = Fresh();
  Runner runner(
      connection,
      {Step(1, "CREATE TABLE a ()", "DROP TABLE a"), Step(2, "CREATE TABLE b ()", "DROP TABLE b")},
      5, Silent);
  BOOST_TEST(runner.Up(1) == 1);
  BOOST_TEST(runner.Version() == 1);
  BOOST_TEST(runner.Up(kAll) == 1);
  BOOST_TEST(runner.Down(1) == 1);
  BOOST_TEST(Tables(connection) == "a schema_migrations schema_migrations_pkey");
}

BOOST_AUTO_TEST_CASE(a_migration_that_fails_leaves_nothing_and_those_before_it_stay) {
  auto connection = Fresh();
  Runner runner(connection,
                {Step(1, "CREATE TABLE a ()", ""), Step(2, "CREATE TABLE b (); SELECT 1/0", "")}, 5,
                Silent);
  BOOST_CHECK_EXCEPTION(runner.Up(kAll), sql::Error, [](const sql::Error& error) {
    return std::string(error.what())
               .find("0002_step.sql (up), rolled back: ERROR:  division by zero") == 0;
  });
  BOOST_TEST(runner.Version() == 1);
  BOOST_TEST(Tables(connection) == "a schema_migrations schema_migrations_pkey");
}

BOOST_AUTO_TEST_CASE(an_edited_migration_is_refused_and_shown) {
  auto connection = Fresh();
  Runner(connection, {Step(1, "CREATE TABLE a ()", "DROP TABLE a")}, 5, Silent).Up(kAll);
  Runner edited(connection, {Step(1, "CREATE TABLE a (x int)", "DROP TABLE a")}, 5, Silent);
  BOOST_CHECK_THROW(edited.Up(kAll), std::runtime_error);
  BOOST_CHECK_THROW(edited.Down(0), std::runtime_error);
  BOOST_TEST(edited.States().at(0).edited);
}

BOOST_AUTO_TEST_CASE(an_older_release_leaves_newer_versions_alone) {
  auto connection = Fresh();
  const auto one = Step(1, "CREATE TABLE a ()", "DROP TABLE a");
  Runner(connection, {one, Step(2, "CREATE TABLE b ()", "DROP TABLE b")}, 5, Silent).Up(kAll);
  Runner older(connection, {one}, 5, Silent);
  BOOST_TEST(older.Up(kAll) == 0);
  BOOST_TEST(older.States().at(1).missing);
  BOOST_CHECK_THROW(older.Down(0), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_second_runner_waits_until_its_deadline) {
  auto connection = Fresh();
  Connection other(SharedCluster().url("postgres", connection.One("SELECT current_database()")));
  other.Run("SELECT pg_advisory_lock(7266480321)");
  Runner runner(connection, {Step(1, "CREATE TABLE a ()", "")}, 1, Silent);
  BOOST_CHECK_EXCEPTION(runner.Up(kAll), std::runtime_error, [](const std::runtime_error& error) {
    return std::string(error.what()).find("another migration has been running for 1 s") == 0;
  });
  other.Run("SELECT pg_advisory_unlock(7266480321)");
  BOOST_TEST(runner.Up(kAll) == 1);
}

}  // namespace
