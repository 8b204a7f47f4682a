// The old site beside an instance: its people and thoughts come over (./dev import), it knows who
// logged in here, and its changed variant uses the API in place of its database.

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sql/client/client.h"
#include "tests/e2e/mint.h"
#include "tests/instance/instance.h"
#include "tests/monolith/flows.h"
#include "tests/monolith/site.h"

BOOST_AUTO_TEST_SUITE(old_site)

using e2e::Json;
using e2e::Public;
using monolith::Visitor;

namespace {

std::string Program() { return e2e::Repository() + "/tests/monolith"; }

// The old site's database, in the instance's PostgreSQL: one for all tests of this file.
monolith::Database& OldDatabase() {
  static monolith::Database database = [] {
    const auto owner = sql::ReadSecretFile(e2e::State() + "/secrets/owner.dsn");
    auto url = owner;
    url.replace(url.find("dbname=thoughts"), 15, "dbname=monolith");
    monolith::Database made(owner, url, Program());
    // Ids that the instance's own thoughts do not have.
    made.One("SELECT setval('thoughts_thoughtmodel_id_seq', 10000000)");
    return made;
  }();
  return database;
}

std::string From() {
  const auto file = e2e::State() + "/old.dsn";
  std::ofstream(file) << OldDatabase().url() << "\n";
  return file;
}

e2e::Ran RunImport(const std::string& options) {
  return e2e::Bash("./dev import --state '" + e2e::State() + "' " + options);
}

nlohmann::json Imported() {
  const auto ran = RunImport("--json --from '" + From() + "'");
  BOOST_REQUIRE_MESSAGE(ran.exit_code == 0, ran.output);
  return nlohmann::json::parse(ran.output);
}

std::string HashOf(const std::string& name) {
  return e2e::Sql("SELECT password_hash FROM users WHERE username = '" + name + "'");
}

std::string Token(const std::string& authorization) {
  return authorization.substr(std::string("Bearer ").size());
}

}  // namespace

BOOST_AUTO_TEST_CASE(old_users_log_in_with_their_old_passwords_and_find_their_thoughts) {
  auto& database = OldDatabase();
  const auto name = e2e::Unique("Old Ann"), django = e2e::Unique("Old Bob");
  database.AddUser(name, "short");  // more than the old site's rules is not asked
  database.AddUser(django, "a password");
  database.One(
      "UPDATE thoughts_usermodel SET password_hash = 'bcrypt$' || password_hash WHERE "
      "username = '" +
      django + "' RETURNING 1");
  const monolith::Site site({.database_url = database.url(), .folder = Program()});
  Visitor ann(site.http_url());
  BOOST_REQUIRE(ann.LogIn(name, "short") == "/thoughts/");
  BOOST_REQUIRE(ann.Write("written at the old site") == "/thoughts/");
  const auto old = monolith::ThoughtsOf(ann.Get("/"));
  BOOST_REQUIRE(old.size() == 1u);

  BOOST_TEST(Imported().at("thoughts").at("imported") == 1);
  BOOST_TEST(HashOf(name).starts_with("$2b$"));
  const auto session = e2e::Login(name, "short");
  BOOST_TEST(HashOf(name).starts_with("$scrypt$"));
  BOOST_TEST(HashOf(django).starts_with("$2b$"));
  e2e::Login(django, "a password");
  BOOST_TEST(HashOf(django).starts_with("$scrypt$"));
  BOOST_TEST(!e2e::Login(name, "short").empty());
  E2E_PROBLEM(e2e::PostForm(Public("/api/login/"),
                            "username=" + e2e::Encode(name) + "&password=a+password"),
              401);

  const auto here = Json(e2e::Get(Public("/api/me/thoughts/"), session));
  BOOST_REQUIRE(here.size() == 1u);
  BOOST_TEST(here[0].at("id") == old[0].id);
  BOOST_TEST(here[0].at("text") == old[0].text);
  BOOST_TEST(here[0].at("timestamp") == old[0].timestamp);

  // Both write on, and the next run brings what is new there.
  const e2e::User user{0, name, "short", session};
  BOOST_TEST(e2e::NewThought(user, "written here") > old[0].id);
  BOOST_TEST(ann.Write("and once more there") == "/thoughts/");
  const auto report = Imported();
  BOOST_TEST(report.at("thoughts").at("imported") == 1);
  BOOST_TEST(report.at("users").at("imported") == 0);
  BOOST_TEST(Json(e2e::Get(Public("/api/me/thoughts/"), session)).size() == 3u);
}

BOOST_AUTO_TEST_CASE(the_import_s_exit_code_says_how_it_went) {
  OldDatabase().AddUser(" leading space", "a password");
  const auto from = "--from '" + From() + "'";
  BOOST_TEST(RunImport("--dry-run " + from).exit_code == 0);
  BOOST_TEST(RunImport("--dry-run --strict " + from).exit_code == 1);
  BOOST_TEST(RunImport("").exit_code == 2);
  BOOST_TEST(RunImport("--reserve few " + from).exit_code == 2);
  BOOST_TEST(RunImport("--from 'host=/nowhere dbname=x'").exit_code == 1);
  const auto secret = RunImport("--from 'host=x password=secret-word' 2>&1");
  BOOST_TEST(secret.exit_code == 2);
  BOOST_TEST(secret.output.find("secret-word") == std::string::npos);
  const auto refused = e2e::Bash("cat '" + e2e::State() + "/import-refused.jsonl'").output;
  BOOST_TEST(refused.find("\"username\":\" leading space\"") != std::string::npos, refused);
  BOOST_TEST(refused.find("$2b$") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_old_site_changed_to_use_the_api_has_the_same_pages) {
  const monolith::Site site({.api_url = Public(""), .folder = Program()});
  const auto user = e2e::NewUser(e2e::Unique("Zo\xC3\xAB O'Neill"));
  const auto once = e2e::Unique("quokka");
  monolith::CheckPages(site.http_url(), user.username, user.password, once);
  BOOST_TEST(site.Log().find("Traceback") == std::string::npos, site.Log());
}

BOOST_AUTO_TEST_CASE(that_site_s_sessions_are_ours) {
  const monolith::Site site({.api_url = Public(""), .folder = Program()});
  const auto user = e2e::NewUser();
  Visitor visitor(site.http_url());
  BOOST_REQUIRE(visitor.LogIn(user.username, user.password) == "/thoughts/");
  const auto token = "Bearer " + visitor.cookie;
  BOOST_TEST(Json(e2e::Get(Public("/api/me/"), token)).at("username") == user.username);
  visitor.Get("/logout/");
  BOOST_TEST(e2e::Get(Public("/api/me/"), token).status == 401);
  visitor.cookie = Token(user.authorization);  // a log-in that was made here
  BOOST_TEST(visitor.User() == user.username);
}

BOOST_AUTO_TEST_CASE(the_old_site_knows_our_sessions_by_the_public_key_and_nothing_else) {
  const monolith::Site site({.database_url = OldDatabase().url(),
                             .public_keys = e2e::State() + "/keys/public",
                             .issuer = Public(""),
                             .folder = Program()});
  Visitor visitor(site.http_url());
  const auto user_of = [&](const std::string& cookie) {
    visitor.cookie = cookie;
    return visitor.User();
  };
  const auto user = e2e::NewUser();
  const auto token = Token(user.authorization);
  BOOST_TEST(user_of(token) == user.username);
  const auto made = e2e::Bash("./dev token 'Old Ada' --state '" + e2e::State() + "'").output;
  BOOST_TEST(user_of(Token(made.substr(0, made.find('\n')))) == "Old Ada");

  auto forged = token;
  forged[token.rfind('.') + 5] = forged[token.rfind('.') + 5] == 'A' ? 'B' : 'A';
  BOOST_TEST(user_of(forged) == "");
  BOOST_TEST(user_of(token.substr(0, token.rfind('.') + 1)) == "");
  BOOST_TEST(user_of("12345") == "");

  e2e::Mint mint;
  using session::TokenKind;
  BOOST_TEST(user_of(Token(mint.Bearer(TokenKind::kSession, {"profile"}))) == "matrix");
  for (const auto kind : {TokenKind::kAccess, TokenKind::kId, TokenKind::kPersonal}) {
    BOOST_TEST(user_of(Token(mint.Bearer(kind, {"profile"}))) == "", Typ(kind));
  }

  // A program of the instance signs with what is asked: another issuer, a time that is over, a key
  // of its own, and the public key taken for a shared secret.
  const auto sign = [&](const std::string& options) {
    auto ran = e2e::Bash("cd '" + e2e::State() +
                         "' && bin/token sign --user-id 1 --username mallory " + options);
    BOOST_REQUIRE_MESSAGE(ran.exit_code == 0, options);
    return ran.output.substr(0, ran.output.find('\n'));
  };
  const auto issuer = " --issuer " + Public("");
  const std::string key = "--private-key-file keys/session-private.pem";
  BOOST_TEST(user_of(sign(key + issuer)) == "mallory");
  BOOST_TEST(user_of(sign(key + " --issuer http://elsewhere")) == "");
  BOOST_TEST(user_of(sign(key + issuer + " --seconds -60")) == "");
  BOOST_TEST(user_of(sign("--secret-file \"$(ls keys/public/*.pem | head -n 1)\"" + issuer)) == "");
  e2e::Bash(
      "cd '" + e2e::State() +
      "' && rm -f other.pem other.pub && bin/token keygen --private other.pem --public other.pub");
  BOOST_TEST(user_of(sign("--private-key-file other.pem" + issuer)) == "");
}

BOOST_AUTO_TEST_SUITE_END()
