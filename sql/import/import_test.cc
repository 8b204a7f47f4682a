#include "sql/import/import.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "functions/shared/accounts/password_hash.h"
#include "sql/import/import_test_support.h"
#include "sql/import/old_site.h"

namespace {

using sql::Connection;
using sql::imports::Sites;

void AddUser(Sites& sites, const std::string& name, const std::string& hash) {
  Connection(sites.theirs.url())
      .Query("INSERT INTO thoughts_usermodel (username, password_hash) VALUES ($1, $2)",
             {name, hash});
}

bool Knows(Sites& sites, const std::string& name, const std::string& password) {
  return accounts::CheckPassword(
             password, Connection(sites.ours.url())
                           .One("SELECT password_hash FROM users WHERE username = $1", {name})) !=
         accounts::Match::kNo;
}

BOOST_FIXTURE_TEST_CASE(users_come_with_their_passwords_and_thoughts_with_id_and_time, Sites) {
  theirs.AddUser("Ann O'Neill", "a password");
  AddUser(*this, "django", "bcrypt$" + monolith::BcryptHash("another"));
  Write(7, "Ann O'Neill", "two\r\nlines, a\ttab and a \\");
  Write(2000, "django", "Привет 👋");
  const auto& report = Run();
  BOOST_TEST(report.users.imported == 2);
  BOOST_TEST(report.thoughts.imported == 2);
  BOOST_TEST(Refused() == "");
  BOOST_TEST(Knows(*this, "Ann O'Neill", "a password"));
  BOOST_TEST(!Knows(*this, "Ann O'Neill", "another"));
  BOOST_TEST(Knows(*this, "django", "another"));
  BOOST_TEST(Here("SELECT string_agg(concat_ws('|', t.id, t.username, text, t.timestamp AT TIME "
                  "ZONE 'UTC'), ';' ORDER BY t.id) FROM thoughts t JOIN users u ON u.id = user_id "
                  "AND u.username = t.username") ==
             "7|Ann O'Neill|two\nlines, a\ttab and a \\|2020-02-29 12:34:56.789012;"
             "2000|django|Привет 👋|2020-02-29 12:34:56.789012");
}

BOOST_FIXTURE_TEST_CASE(what_breaks_a_rule_is_refused_with_its_reason, Sites) {
  for (const char* name :
       {"ann", "ANN", "Jose\xCC\x81", "Jos\xC3\xA9", "ann", " ends", "zero\xE2\x80\x8Bwidth"}) {
    theirs.AddUser(name, "a password");
  }
  Write(1, "ann", "is of the first ann");
  Write(2, "ANN", "is of a refused user");
  Write(3, "nobody", "is of nobody");
  Write(4, "ann", "a\x0b");
  Write(5, "ann", "when?", "infinity");
  Write(6, "Jose\xCC\x81", "is of a name in another composition");
  const auto& report = Run();
  BOOST_TEST(report.users.imported == 2);
  BOOST_TEST(report.users.refused == 5);
  BOOST_TEST(report.thoughts.imported == 2);
  BOOST_TEST(report.thoughts.refused == 4);
  BOOST_TEST(Here("SELECT string_agg(username, ',' ORDER BY id) FROM users") == "ann,Jos\xC3\xA9");
  BOOST_TEST(Here("SELECT string_agg(id || username, ',' ORDER BY id) FROM thoughts") ==
             "1ann,6Jos\xC3\xA9");
  const auto refused = Refused();
  for (
      const char* line : {
          R"("table":"user","id":2,"username":"ANN","reason":"the name differs only in case or)",
          R"("table":"user","id":5,"username":"ann","reason":"the name is that of another user,)",
          R"("table":"user","id":6,"username":" ends","reason":"the name has a space at its start)",
          R"("id":7,"username":"zero​width","reason":"the name holds a character that cannot)",
          R"("id":2,"username":"ANN","reason":"its user was refused","text":"is of a refused user")",
          R"("id":3,"username":"nobody","reason":"there is no such user at the old site")",
          R"("id":4,"username":"ann","reason":"the text holds control characters)",
          R"("id":5,"username":"ann","reason":"the time is not of the years)",
      }) {
    BOOST_TEST(refused.find(line) != std::string::npos, line << " is not in\n" << refused);
  }
}

BOOST_FIXTURE_TEST_CASE(a_user_with_an_unknown_hash_keeps_name_and_thoughts_but_cannot_log_in,
                        Sites) {
  AddUser(*this, "ann", "pbkdf2_sha256$260000$salt$secret");
  Write(1, "ann", "kept");
  const auto& report = Run();
  BOOST_TEST(report.users.imported == 1);
  BOOST_TEST(report.thoughts.imported == 1);
  BOOST_TEST(!Knows(*this, "ann", ""));
  BOOST_TEST(!Knows(*this, "ann", "none"));
  BOOST_TEST(report.Text().find("(pbkdf2_sha256)") != std::string::npos, report.Text());
  BOOST_TEST(Refused().find("secret") == std::string::npos);

  theirs.One("UPDATE thoughts_usermodel SET password_hash = '" + monolith::BcryptHash("new") +
             "' RETURNING 1");
  BOOST_TEST(Run().users.new_password == 1);
  BOOST_TEST(Knows(*this, "ann", "new"));
}

BOOST_FIXTURE_TEST_CASE(the_name_of_somebody_who_signed_up_here_is_never_handed_over, Sites) {
  Here("INSERT INTO users (username, password_hash) VALUES ('Ann', 'hers') RETURNING 1");
  theirs.AddUser("ann", "a password");
  Write(1, "ann", "is not hers");
  const auto& report = Run();
  BOOST_TEST(report.users.refused == 1);
  BOOST_TEST(report.thoughts.refused == 1);
  BOOST_TEST(Here("SELECT password_hash FROM users") == "hers");
  BOOST_TEST(Here("SELECT count(*) FROM thoughts") == "0");
  BOOST_TEST(Refused().find("signed up at the new site") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_dry_run_says_the_same_and_writes_nothing, Sites) {
  theirs.AddUser("ann", "a password");
  theirs.AddUser("ANN", "a password");
  for (int id = 1; id <= 30; ++id) Write(id, id % 3 ? "ann" : "ANN", "a thought");
  const auto dry = nlohmann::json::parse(Run(true).Json());
  BOOST_TEST(Here("SELECT count(*) FROM users") == "0");
  BOOST_TEST(Here("SELECT count(*) FROM thoughts") == "0");
  BOOST_TEST(Here("SELECT last_value FROM thoughts_id_seq") == "1");
  const auto real = nlohmann::json::parse(Run().Json());
  for (const char* part : {"users", "thoughts", "refused", "imported_without", "differs"}) {
    BOOST_TEST(dry.at(part) == real.at(part), part << ": " << dry.dump() << real.dump());
  }
  BOOST_TEST(dry.at("dry_run") == true);
  BOOST_TEST(real.at("thoughts").at("imported") == 20);
}

BOOST_FIXTURE_TEST_CASE(the_old_site_is_read_only, Sites) {
  sql::imports::OldSite site(sql::imports::Conninfo(theirs.url()));
  sql::imports::OldSite further(sql::imports::Conninfo(theirs.url()), site);
  // What the sessions are set to holds for whatever they are asked.
  BOOST_TEST(theirs.One("SELECT count(*) FROM pg_stat_activity WHERE application_name = "
                        "'thoughts import' AND state = 'idle in transaction'") == "2");
  theirs.AddUser("late", "a password");  // after the snapshot
  BOOST_TEST(site.CountUsers() == 0);
  BOOST_TEST(further.CountUsers() == 0);
}

BOOST_AUTO_TEST_CASE(a_password_is_not_taken_from_the_command_line) {
  for (const char* from : {"host=db password=secret-word", "postgresql://me:secret-word@db/x"}) {
    BOOST_CHECK_EXCEPTION(
        sql::imports::Conninfo(from), std::invalid_argument, [](const std::exception& error) {
          const std::string_view what = error.what();
          return what.find("secret-word") == what.npos && what.find("file") != what.npos;
        });
  }
  BOOST_CHECK_EXCEPTION(sql::imports::Conninfo("secret-word"), std::invalid_argument,
                        [](const std::exception& error) {
                          return std::string_view(error.what()).find("secret") ==
                                 std::string_view::npos;
                        });
}

}  // namespace
