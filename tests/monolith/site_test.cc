// The old site as it always was, with its own database. The variant that uses our API is tried
// against a whole instance: tests/e2e/old_site_test.cc.

#include "tests/monolith/site.h"

#include <boost/test/unit_test.hpp>
#include <regex>

#include "tests/monolith/flows.h"

namespace {

struct OldSite {
  sql::testing::Cluster cluster;
  monolith::Database database{cluster};
  monolith::Site site{{.database_url = database.url()}};
};

BOOST_FIXTURE_TEST_CASE(people_log_in_write_read_and_search, OldSite) {
  database.AddUser("Ann O'Neill", "a password");
  monolith::CheckPages(site.http_url(), "Ann O'Neill", "a password", "quokka");
  BOOST_TEST(site.Log().find("Traceback") == std::string::npos, site.Log());
}

BOOST_FIXTURE_TEST_CASE(its_tables_hold_what_an_import_must_read, OldSite) {
  database.AddUser("ann", "a password");
  monolith::Visitor ann(site.http_url());
  BOOST_TEST(ann.LogIn("ann", "a password") == "/thoughts/");
  BOOST_TEST(ann.Write("two\r\nlines") == "/thoughts/");
  BOOST_TEST(database.One("SELECT password_hash FROM thoughts_usermodel").starts_with("$2b$04$"));
  BOOST_TEST(database.One("SELECT username || ' ' || session FROM thoughts_sessionmodel") ==
             "ann " + ann.cookie);
  BOOST_TEST(std::regex_match(ann.cookie, std::regex("[0-9]{1,50}")));
  BOOST_TEST(database.One("SELECT username || ' ' || text FROM thoughts_thoughtmodel") ==
             "ann two\r\nlines");
  BOOST_TEST(database.One("SELECT abs(extract(epoch FROM clock_timestamp() - timestamp)) < 60 "
                          "FROM thoughts_thoughtmodel") == "t");
}

BOOST_FIXTURE_TEST_CASE(a_site_that_was_stopped_comes_back_where_it_was, OldSite) {
  database.AddUser("ann", "a password");
  monolith::Visitor ann(site.http_url());
  BOOST_TEST(ann.LogIn("ann", "a password") == "/thoughts/");
  site.Stop();
  BOOST_TEST(ann.Get("/").status == 0);
  site.Start();
  BOOST_TEST(ann.User() == "ann");
}

}  // namespace
