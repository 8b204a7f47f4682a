#include <boost/test/unit_test.hpp>

#include "sql/testing/cluster.h"

namespace {

using sql::Connection;
using sql::testing::SharedDatabase;

std::string StateOf(const std::string& role, const std::string& statement) {
  Connection connection(SharedDatabase().url(role));
  try {
    connection.Run("BEGIN;" + statement);
    connection.Run("ROLLBACK");
    return "allowed";
  } catch (const sql::Error& error) {
    return error.sqlstate() == "42501" ? "refused" : error.what();
  }
}

struct Right {
  const char* role;
  const char* statement;
  const char* expected;
};

constexpr Right kRights[] = {
    {"thoughts_service", "SELECT * FROM thoughts", "allowed"},
    {"thoughts_service", "UPDATE thoughts SET text = 'x' WHERE id = 0", "allowed"},
    {"thoughts_service", "UPDATE thoughts SET user_id = 1 WHERE id = 0", "refused"},
    {"thoughts_service", "DELETE FROM thoughts WHERE id = 0", "allowed"},
    {"thoughts_service", "SELECT id, username, epoch_ms FROM users", "allowed"},
    {"thoughts_service", "SELECT password_hash FROM users", "refused"},
    {"thoughts_service", "DELETE FROM users WHERE id = 0", "refused"},
    {"thoughts_service",
     "INSERT INTO revocations (kind, subject, until) VALUES ('user', '1', now())", "refused"},
    {"thoughts_service", "SELECT * FROM login_failures", "refused"},
    {"accounts_service", "SELECT * FROM users", "allowed"},
    {"accounts_service", "INSERT INTO users (username, password_hash) VALUES ('a', 'b')",
     "allowed"},
    {"accounts_service", "DELETE FROM users WHERE id = 0", "allowed"},
    {"accounts_service",
     "INSERT INTO revocations (kind, subject, until) VALUES ('user', '1', now())", "allowed"},
    {"accounts_service", "SELECT * FROM thoughts", "allowed"},
    {"accounts_service", "DELETE FROM thoughts WHERE id = 0", "refused"},
    {"admin_service", "SELECT id, username, creation FROM users", "allowed"},
    {"admin_service", "SELECT password_hash FROM users", "refused"},
    {"admin_service", "UPDATE users SET password_hash = 'x' WHERE id = 0", "refused"},
    {"admin_service",
     "INSERT INTO users (username, password_hash) VALUES ('a', 'b') RETURNING id, creation",
     "allowed"},
    {"admin_service", "DELETE FROM users WHERE id = 0", "allowed"},
    {"admin_service", "DELETE FROM thoughts WHERE id = 0", "allowed"},
    {"admin_service", "INSERT INTO thoughts (user_id, username, text) VALUES (1, 'a', 'b')",
     "refused"},
    {"admin_service", "SELECT * FROM login_failures", "refused"},
    {"accounts_service", "UPDATE oauth_refresh_tokens SET used = now()", "allowed"},
    {"accounts_service", "DELETE FROM oauth_grants WHERE id = 'none'", "allowed"},
    {"accounts_service", "UPDATE oauth_clients SET redirect_uris = '{}'", "refused"},
    {"thoughts_service", "SELECT * FROM oauth_clients", "refused"},
    {"admin_service", "SELECT seed FROM oauth_grants", "refused"},
    {"accounts_service", "UPDATE personal_tokens SET last_use = now() WHERE id = ''", "allowed"},
    {"thoughts_service", "UPDATE personal_tokens SET last_use = now() WHERE id = ''", "allowed"},
    {"thoughts_service", "UPDATE personal_tokens SET scopes = '{}' WHERE id = ''", "refused"},
    {"thoughts_service", "SELECT name FROM personal_tokens", "refused"},
    {"thoughts_service", "SELECT id FROM sessions", "refused"},
    {"admin_service", "DELETE FROM sessions WHERE user_id = 0", "allowed"},
    {"admin_service", "SELECT network FROM sessions", "refused"},
    {"admin_service", "SELECT name FROM personal_tokens", "refused"},
    {"import_service", "INSERT INTO users (username, password_hash) VALUES ('a', 'b')", "allowed"},
    {"import_service", "UPDATE users SET password_hash = 'x' WHERE id = 0", "allowed"},
    {"import_service", "UPDATE users SET scopes = '{admin}' WHERE id = 0", "refused"},
    {"import_service", "SELECT password_hash FROM users", "refused"},
    {"import_service", "DELETE FROM users WHERE id = 0", "refused"},
    {"import_service", "SELECT id FROM thoughts", "allowed"},
    {"import_service", "SELECT text FROM thoughts", "refused"},
    {"import_service", "UPDATE thoughts SET text = 'x' WHERE id = 0", "refused"},
    {"import_service", "DELETE FROM thoughts WHERE id = 0", "refused"},
    {"import_service", "DELETE FROM imported_thoughts", "refused"},
    {"import_service", "SELECT setval('thoughts_id_seq', 1)", "refused"},
    {"import_service", "SELECT reserve_thought_ids(1)", "allowed"},
    {"import_service", "SELECT drop_search_index()", "allowed"},
    {"import_service", "DROP INDEX thoughts_grams_0", "refused"},
    {"thoughts_service", "SELECT drop_search_index()", "refused"},
    {"accounts_service", "SELECT reserve_thought_ids(1)", "refused"},
    {"admin_service", "SELECT make_search_index(0)", "refused"},
    {"admin_service", "SELECT analyze_thoughts()", "refused"},
};

BOOST_AUTO_TEST_CASE(each_role_may_do_what_its_service_needs_and_no_more) {
  for (const auto& right : kRights) {
    BOOST_TEST(StateOf(right.role, right.statement) == right.expected,
               right.role << ": " << right.statement);
  }
}

BOOST_AUTO_TEST_CASE(the_front_end_cannot_connect) {
  BOOST_CHECK_EXCEPTION(
      Connection(SharedDatabase().url("web_service")), std::exception,
      [](const std::exception& error) {
        return std::string_view(error.what()).find("permission denied for database") !=
               std::string_view::npos;
      });
}

BOOST_AUTO_TEST_CASE(no_service_makes_tables) {
  for (const auto* role : {"thoughts_service", "accounts_service", "admin_service", "import_service"}) {
    BOOST_TEST(StateOf(role, "CREATE TABLE x (y int)") == "refused", role);
    BOOST_TEST(StateOf(role, "DELETE FROM schema_migrations") == "refused", role);
  }
}

BOOST_AUTO_TEST_CASE(names_that_differ_in_case_or_composition_are_one_name) {
  Connection owner(SharedDatabase().url());
  owner.Run(
      "INSERT INTO users (username, password_hash) VALUES ('José Ångström', 'x'), ('Straße', 'x'), "
      "('ΟΔΟΣ', 'x')");
  for (const auto* name : {"jOSÉ ÅNGSTRÖM", "JOSE\u0301 A\u030Angstro\u0308m", "STRASSE", "οδος"}) {
    const auto insert = [&] {
      owner.Query("INSERT INTO users (username, password_hash) VALUES ($1, 'x')", {name});
    };
    BOOST_CHECK_EXCEPTION(insert(), sql::Error,
                          [](const sql::Error& error) { return error.sqlstate() == "23505"; });
  }
}

BOOST_AUTO_TEST_CASE(lengths_are_counted_in_code_points_by_the_database_too) {
  Connection owner(SharedDatabase().url());
  const auto insert = [&](int length) {
    owner.Query("INSERT INTO users (username, password_hash) VALUES (repeat('😀', $1::int), 'x')",
                {std::to_string(length)});
  };
  insert(50);
  BOOST_CHECK_THROW(insert(51), sql::Error);
  BOOST_CHECK_THROW(insert(0), sql::Error);
}

BOOST_AUTO_TEST_CASE(everything_has_a_comment) {
  Connection owner(SharedDatabase().url());
  BOOST_TEST(owner.One(R"(
    SELECT coalesce(string_agg(c.relname || coalesce('.' || a.attname, ''), ', '), '')
    FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'schema_migrations'
      AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL))") == "");
}

}  // namespace
