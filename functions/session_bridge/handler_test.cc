// With a real PostgreSQL: ours, and beside it the old site's, which the bridge may only read.

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "functions/shared/accounts/testing/server.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"
#include "sql/testing/cluster.h"

namespace {

using accounts::testing::AddUser;
using accounts::testing::Owner;
using accounts::testing::Server;

constexpr char kAnn[] = "123456789012345";

std::string File(const std::string& name, const std::string& text) {
  const char* folder = std::getenv("TEST_TMPDIR");
  const std::string path = std::string(folder == nullptr ? "/tmp" : folder) + "/" + name;
  std::ofstream(path) << text;
  return path;
}

// The old site's database, made once, its role with the one right that docs/migration.md gives.
struct Old {
  Old() {
    const auto& cluster = sql::testing::SharedDatabase().cluster();
    static const bool made = [&] {
      sql::Connection(cluster.url()).Run("CREATE DATABASE old");
      sql::Connection(cluster.url()).Run("CREATE ROLE old_sessions_reader LOGIN");
      sql::Connection(cluster.url("postgres", "old"))
          .Run(
              "CREATE TABLE thoughts_sessionmodel (id serial PRIMARY KEY, session varchar(50) NOT "
              "NULL, username varchar(50) NOT NULL); "
              "GRANT SELECT ON thoughts_sessionmodel TO old_sessions_reader");
      return true;
    }();
    BOOST_REQUIRE(made);
    database.emplace(cluster.url("postgres", "old"));
    database->Run("TRUNCATE thoughts_sessionmodel");
    Owner().Run(
        "TRUNCATE users, imported_users, bridged_sessions, sessions, revocations, login_failures "
        "CASCADE");
    Owner().Query(
        "INSERT INTO imported_users (old_id, user_id, digest, epoch_ms) VALUES (1, $1, 0, 0)",
        {std::to_string(AddUser("Ann"))});
    LogIn(kAnn, "Ann");
  }
  void LogIn(const std::string& number, const std::string& username) {
    database->Query("INSERT INTO thoughts_sessionmodel (session, username) VALUES ($1, $2)",
                    {number, username});
  }
  void LogOut(const std::string& number) {
    database->Query("DELETE FROM thoughts_sessionmodel WHERE session = $1", {number});
  }
  static std::string Url() {
    return File("old.dsn",
                sql::testing::SharedDatabase().cluster().url("old_sessions_reader", "old"));
  }
  // A worker whose old site's database is the one that this file names; "" for none.
  struct Worker : Server {
    explicit Worker(const std::string& url_file) : Server({.function = "session_bridge"}) {
      const host::Config usual = process().config;
      process().config = host::Config([=](const std::string& name) -> std::optional<std::string> {
        if (name == "OLD_SESSIONS_DATABASE_URL_FILE" && !url_file.empty()) return url_file;
        return usual.Find(name);
      });
    }
  };

  host::Response Ask(Server& to, const std::string& number, const std::string& from = "192.0.2.1") {
    return to.Call(function::Handle,
                   {.method = "POST",
                    .path = "/bridge/session/",
                    .headers = {{"content-type", "application/json"}, {"user-agent", "Netscape"}},
                    .body = nlohmann::json{{"session", number}}.dump(),
                    .remote_address = from});
  }
  // The claims of the token that comes back.
  nlohmann::json Claims(Server& to, const std::string& number) {
    const auto answer = Ask(to, number);
    BOOST_REQUIRE_MESSAGE(answer.status() == 200, answer.body());
    const auto token = nlohmann::json::parse(answer.body()).at("token").get<std::string>();
    const std::string claims = Owner().One(
        "SELECT convert_from(decode(rpad(translate($1, '-_', '+/'), (length($1) + 3) / 4 * 4, "
        "'='), "
        "'base64'), 'UTF8')",
        {token.substr(token.find('.') + 1, token.rfind('.') - token.find('.') - 1)});
    return nlohmann::json::parse(claims);
  }

  std::optional<sql::Connection> database;
  Worker server{Url()};
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(who_is_logged_in_at_the_old_site_has_a_session_here, Old) {
  const auto claims = Claims(server, kAnn);
  BOOST_TEST(claims["username"] == "Ann");
  BOOST_TEST(claims["exp"].get<int64_t>() - claims["iat"].get<int64_t>() == 86400);
  BOOST_TEST(Ask(server, kAnn).header("cache-control").value() == "private, no-store");
  BOOST_TEST(Owner().One("SELECT id || user_agent || network FROM sessions") ==
             claims["jti"].get<std::string>() + "Netscape192.0.2.0/24");
}

BOOST_FIXTURE_TEST_CASE(the_same_number_is_the_same_session_for_every_worker, Old) {
  Worker other(Url());
  BOOST_TEST(Claims(server, kAnn) == Claims(other, kAnn));
  BOOST_TEST(Owner().One("SELECT count(*) FROM sessions") == "1");
}

BOOST_FIXTURE_TEST_CASE(the_number_is_kept_nowhere, Old) {
  Claims(server, kAnn);
  BOOST_TEST(Owner().One("SELECT count(*) FROM bridged_sessions b WHERE b::text LIKE '%" +
                         std::string(kAnn) + "%'") == "0");
}

BOOST_FIXTURE_TEST_CASE(what_is_no_session_number_is_none, Old) {
  for (const std::string number :
       {"", "12345678901", "12345678901234x", "-12345678901234", " 123456789012345", "x' OR 1=1 --",
        "123456789012345678901234567890123456789012345678901"}) {
    LogIn(number.substr(0, 50), "Ann");
    BOOST_TEST(Ask(server, number).status() == 404, number);
  }
  BOOST_TEST(Ask(server, "999999999999999").status() == 404);
  BOOST_TEST(Owner().One("SELECT count(*) FROM sessions") == "0");
}

BOOST_FIXTURE_TEST_CASE(names_that_differ_by_case_are_different_people, Old) {
  LogIn("222222222222222", "ann");
  BOOST_TEST(Ask(server, "222222222222222").status() == 404);
  LogIn("333333333333333", "Nobody Here");
  BOOST_TEST(Ask(server, "333333333333333").status() == 404);
  LogIn(kAnn, "Bob");  // a number of two users
  BOOST_TEST(Ask(server, kAnn).status() == 404);
}

BOOST_FIXTURE_TEST_CASE(who_signed_up_here_by_an_old_sites_name_is_somebody_else, Old) {
  AddUser("Carol");
  LogIn("666666666666666", "Carol");
  BOOST_TEST(Ask(server, "666666666666666").status() == 404);
}

BOOST_FIXTURE_TEST_CASE(a_log_out_at_the_old_site_ends_the_session_here, Old) {
  const auto claims = Claims(server, kAnn);
  LogOut(kAnn);
  BOOST_TEST(Ask(server, kAnn).status() == 404);
  BOOST_TEST(Owner().One("SELECT count(*) FROM sessions") == "0");
  BOOST_TEST(Owner().One("SELECT subject FROM revocations WHERE kind = 'token'") ==
             claims["jti"].get<std::string>());
}

BOOST_FIXTURE_TEST_CASE(what_was_ended_here_does_not_come_back, Old) {
  Claims(server, kAnn);
  Owner().Run("DELETE FROM sessions");  // as a log-out does, a new password, and the operator
  BOOST_TEST(Ask(server, kAnn).status() == 404);
  Owner().Run("UPDATE bridged_sessions SET expiry = expiry - interval '2 days'");
  BOOST_TEST(Ask(server, kAnn).status() == 404);
}

BOOST_FIXTURE_TEST_CASE(a_session_that_has_expired_begins_anew_while_the_old_one_lives, Old) {
  const auto claims = Claims(server, kAnn);
  Owner().Run("UPDATE bridged_sessions SET expiry = expiry - interval '1 day'");
  Owner().Run("UPDATE sessions SET expiry = expiry - interval '1 day'");
  Owner().Run("DELETE FROM sessions");  // as what is old is cleared away
  const auto fresh = Claims(server, kAnn);
  BOOST_TEST(fresh["username"] == "Ann");
  BOOST_TEST(fresh["jti"] != claims["jti"]);
}

BOOST_FIXTURE_TEST_CASE(a_deleted_users_number_is_nobodys, Old) {
  Claims(server, kAnn);
  Owner().Run("DELETE FROM users");
  BOOST_TEST(Ask(server, kAnn).status() == 404);
}

BOOST_FIXTURE_TEST_CASE(while_the_old_database_is_away_known_numbers_go_on, Old) {
  const auto claims = Claims(server, kAnn);
  LogIn("444444444444444", "Ann");
  Worker away(File("away.dsn", "host=/nowhere dbname=old"));
  BOOST_TEST(Claims(away, kAnn) == claims);
  const auto unknown = Ask(away, "444444444444444");
  BOOST_TEST(unknown.status() == 503);
  BOOST_TEST(unknown.header("retry-after").has_value());
  Claims(server, "444444444444444");  // nobody was logged out for good
}

BOOST_FIXTURE_TEST_CASE(without_an_old_site_known_numbers_go_on_and_others_are_none, Old) {
  const auto claims = Claims(server, kAnn);
  Worker alone("");
  BOOST_TEST(Claims(alone, kAnn) == claims);
  BOOST_TEST(Ask(alone, "444444444444444").status() == 404);
}

BOOST_FIXTURE_TEST_CASE(guesses_are_slowed_down_and_slips_that_are_repeated_are_none, Old) {
  const auto from = [&](int i) {
    return Ask(server, std::to_string(500000000000000 + i)).status();
  };
  for (int i = 0; i < 10; ++i) BOOST_TEST(from(i) == 404);
  BOOST_TEST(from(11) == 429);
  BOOST_TEST(Ask(server, kAnn).status() == 429);  // unknown here as yet
  BOOST_TEST(from(1) == 404);
  BOOST_TEST(Ask(server, kAnn, "192.0.2.2").status() == 200);
  BOOST_TEST(Ask(server, kAnn).status() == 200);  // known by now
}
