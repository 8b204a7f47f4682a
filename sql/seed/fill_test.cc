#include "sql/seed/fill.h"

#include <boost/test/unit_test.hpp>

#include "sql/seed/demo.h"
#include "sql/testing/cluster.h"

namespace {

using sql::testing::SharedDatabase;

sql::Filled Fill(int64_t users, int64_t thoughts) {
  return sql::Fill({.conninfo = SharedDatabase().url(),
                    .password_hash = "hash",
                    .users = users,
                    .thoughts = thoughts},
                   [](const char*, int64_t, int64_t) {});
}

std::string Ask(const std::string& statement) {
  return sql::Connection(SharedDatabase().url()).One(statement);
}

struct Empty {
  Empty() { sql::Connection(SharedDatabase().url()).Run("TRUNCATE users CASCADE"); }
};

BOOST_FIXTURE_TEST_CASE(a_second_run_makes_only_what_is_missing, Empty) {
  BOOST_TEST(Fill(20, 300).thoughts == 300);
  const auto same = Fill(20, 300);
  BOOST_TEST(same.users == 0);
  BOOST_TEST(same.thoughts == 0);
  const auto more = Fill(30, 500);
  BOOST_TEST(more.users == 10);
  BOOST_TEST(more.thoughts == 200);
  BOOST_TEST(Ask("SELECT count(*) FROM thoughts") == "500");
  BOOST_TEST(Ask("SELECT count(*) FROM users") == "30");
  BOOST_TEST(Ask("SELECT min(username) || max(username) FROM users") == "user00001user00030");
  BOOST_TEST(Ask("SELECT count(*) FROM thoughts t JOIN users u ON u.id = user_id WHERE t.username "
                 "<> u.username") == "0");
}

BOOST_FIXTURE_TEST_CASE(the_search_index_made_anew_is_the_migration_s, Empty) {
  const std::string definition =
      "SELECT string_agg(pg_get_indexdef(oid) || obj_description(oid), ' ' ORDER BY relname) "
      "FROM pg_class WHERE relname LIKE 'thoughts_grams%'";
  const auto before = Ask(definition);
  const auto old = Ask("SELECT 'thoughts_grams_0'::regclass::oid");
  Fill(50, 25000);
  BOOST_TEST(Ask(definition) == before);
  BOOST_TEST(Ask("SELECT 'thoughts_grams_0'::regclass::oid") != old);
}

BOOST_FIXTURE_TEST_CASE(new_thoughts_come_after_seeded_ones, Empty) {
  Fill(5, 50);
  BOOST_TEST(Ask("INSERT INTO thoughts (user_id, username, text) SELECT id, username, 'x' FROM "
                 "users LIMIT 1 "
                 "RETURNING id > ALL (SELECT id FROM thoughts) AND timestamp > ALL (SELECT "
                 "timestamp FROM thoughts)") == "t");
}

BOOST_FIXTURE_TEST_CASE(the_demo_is_there_once, Empty) {
  sql::Connection connection(SharedDatabase().url());
  BOOST_TEST(sql::SeedDemo(connection, "hash") > 0);
  const auto count = Ask("SELECT count(*) FROM thoughts");
  BOOST_TEST(sql::SeedDemo(connection, "other") == 0);
  BOOST_TEST(Ask("SELECT count(*) FROM thoughts") == count);
  BOOST_TEST(Ask("SELECT password_hash FROM users") == "hash");
  BOOST_TEST(Ask("SELECT count(*) FROM thoughts WHERE text LIKE '%A tale about a Platypus%'") ==
             "1");
}

}  // namespace
