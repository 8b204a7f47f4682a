// The whole journey of docs/migration.md, while people use the site: from an instance that stands
// in front of the old site and answers nothing itself, to the old site switched off.
//
// MIGRATION_WITHOUT=last-import leaves that step out, to see that the test notices.

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "sql/client/client.h"
#include "tests/chaos/ledger.h"
#include "tests/instance/host.h"
#include "tests/instance/instance.h"
#include "tests/migration/crowd.h"
#include "tests/migration/journey.h"
#include "tests/monolith/flows.h"
#include "tests/monolith/site.h"

BOOST_AUTO_TEST_SUITE(walk)

namespace {

using migration::Crowd;
using migration::Journey;
using migration::Names;

constexpr char kPassword[] = "an old password";
const Names kReads = {"web_home", "web_thoughts", "web_search"};
// What reads and what writes thoughts moves in one moment: the tables of each site have what was
// written there.
const Names kThoughts = {"web_home", "web_thoughts", "web_search", "web_thought_new"};
// For routes that few ask for, on a machine that may be busy: passwords take their time.
constexpr char kEasily[] = "--max-differences 1 --min-requests 0 --max-p95 5000";
const Names kEntrance = {"web_login", "web_logout"};

std::string OwnersUrl() { return sql::ReadSecretFile(e2e::State() + "/secrets/owner.dsn"); }

std::string In(const std::string& database) {
  auto url = OwnersUrl();
  return url.replace(url.find("dbname=thoughts"), std::string("dbname=thoughts").size(),
                     "dbname=" + database);
}

bool LeavesOut(const std::string& step) {
  const char* without = std::getenv("MIGRATION_WITHOUT");
  return without != nullptr && without == step;
}

// The old site: its database beside ours, its people, what they have written.
struct OldSite {
  OldSite() : database(In("postgres"), In("monolith")) {
    sql::Connection old(In("monolith"));
    old.Run("CREATE ROLE old_sessions_reader LOGIN");
    old.Run("GRANT SELECT ON thoughts_sessionmodel TO old_sessions_reader");
    for (int i = 1; i <= 6; ++i) staying.push_back("staying" + std::to_string(i));
    for (int i = 1; i <= 2; ++i) coming.push_back("coming" + std::to_string(i));
    for (const auto& names : {staying, coming}) {
      for (const auto& name : names) database.AddUser(name, kPassword);
    }
    old.Run(
        "INSERT INTO thoughts_thoughtmodel (username, text, timestamp) SELECT 'staying' || 1 + "
        "n % 6, 'an old thought ' || n, now() - n * interval '1 minute' FROM "
        "generate_series(1, 3000) AS n");
    std::ofstream(e2e::State() + "/secrets/old-site.dsn") << In("monolith");
    site.emplace(monolith::SiteSettings{.database_url = In("monolith"),
                                        .public_keys = e2e::State() + "/keys/public",
                                        .issuer = e2e::Public(""),
                                        .http_port = std::atoi(std::getenv("MONOLITH_PORT")),
                                        .folder = e2e::Repository() + "/tests/monolith"});
  }
  // At its own entrance; the number in its cookie.
  std::string LogIn(const std::string& name) const {
    monolith::Visitor visitor(site->http_url());
    BOOST_TEST(visitor.LogIn(name, kPassword) == "/thoughts/");
    return visitor.cookie;
  }
  monolith::Database database;
  Names staying, coming;
  std::optional<monolith::Site> site;
};

std::vector<std::string> Texts(const std::string& like) {
  std::vector<std::string> texts;
  sql::Connection ours(OwnersUrl());
  for (const auto& row : ours.Query("SELECT text FROM thoughts WHERE text LIKE $1", {like + "%"})) {
    texts.push_back(row.at(0).value());
  }
  return texts;
}

// What was done, for who waits.
void Say(const std::string& what) {
  static const auto start = std::chrono::steady_clock::now();
  const std::chrono::duration<double> now = std::chrono::steady_clock::now() - start;
  fmt::print(stderr, "[{:5.1f} s] {}\n", now.count(), what);
}

// Step 3: what the old site has nothing of.
void MoveApi(Journey& journey, const OldSite& old) {
  const auto api = migration::Functions("web_", false);
  journey.Promote(api, "function", "--to function --force");
  journey.Undo({}, "");  // all of them, as in an emergency
  BOOST_TEST(migration::TargetOf("login") == "monolith");
  journey.Promote(api, "function", "--to function --force");
  journey.Import();
  const auto entered =
      e2e::PostForm(e2e::Public("/api/login/"),
                    "username=" + old.coming[0] + "&password=" + e2e::Encode(kPassword));
  BOOST_TEST(entered.status == 200, "the old password does not open the new account");
}

void MoveEntrance(Journey& journey, Crowd& crowd) {
  journey.Promote({"web_login"}, "mirror");
  journey.Refused({"web_login"}, "", "it was not compared yet");
  journey.Compare("web_login", "/login/");
  journey.Compare("web_logout", "/logout/");
  journey.Refused({"web_login"}, "", "paths were answered differently");
  journey.Promote({"web_login"}, "split:10", "--max-differences 1 --max-p95 5000");
  journey.Promote({"web_login"}, "split:50", kEasily);
  crowd.WaitForLogIns();
  journey.Undo({"web_login"}, "split:10");
  journey.Promote({"web_login"}, "split:50", kEasily);
  journey.Promote(kEntrance, "function", std::string("--to function ") + kEasily);
  crowd.WaitForLogIns();
  journey.Undo(kEntrance, "split:50");
  journey.Promote(kEntrance, "function", std::string("--to function ") + kEasily);
}

// A part of the readers on pages that show what was imported until then.
void TryReading(Journey& journey, Crowd& crowd) {
  journey.Import();
  for (const auto& name : kReads) journey.Promote({name}, "mirror");
  journey.Compare("web_home", "/");
  journey.Compare("web_thoughts", "/thoughts/");
  journey.Compare("web_search", "/search?search=thought");
  journey.Compare("web_thought_new", "/thoughts/new");
  journey.Promote({"web_search"}, "split:10", "--max-differences 1");
  journey.Promote({"web_search"}, "split:50", kEasily);
  crowd.Wait(5);
  journey.Undo({"web_search"}, "split:10");
  journey.Undo({"web_search"}, "mirror");
}

void MoveThoughts(Journey& journey, Crowd& crowd) {
  const std::string options = std::string("--to function ") + kEasily;
  for (int i = 0; i < 3; ++i) {
    journey.Import();
    journey.Promote(kThoughts, "function", options);
    crowd.Wait(3);
    journey.Undo(kThoughts, "mirror");
    crowd.Wait(3);
  }
  journey.Import();
  journey.Promote(kThoughts, "function", options);
  if (!LeavesOut("last-import")) journey.LastImport();
}

// Who came by the old site's entrance and is logged in on our pages.
void TrySessions(OldSite& old) {
  const auto numbers = [&] {
    return std::stol(old.database.One("SELECT count(*) FROM thoughts_sessionmodel"));
  };
  migration::Person leaves(old.coming[0], kPassword, 240);
  leaves.TakeOldSession(old.LogIn(old.coming[0]));
  leaves.Look("/");
  leaves.LogOut();  // on our page

  migration::Person is_ended(old.coming[1], kPassword, 241);
  const auto number = old.LogIn(old.coming[1]);
  is_ended.TakeOldSession(number);
  is_ended.Look("/");
  const long before = numbers();
  old.database.One("WITH gone AS (DELETE FROM thoughts_sessionmodel WHERE session = '" + number +
                   "' RETURNING 1) SELECT count(*) FROM gone");
  BOOST_TEST(numbers() == before - 1);
  const auto start = std::chrono::steady_clock::now();
  is_ended.LookUntilGuest("/", std::chrono::seconds(10));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  BOOST_TEST_MESSAGE(
      fmt::format("a session that the old site ended was ours for {:.1f} s more", took.count()));
}

void Retire(Journey& journey, Crowd& crowd) {
  crowd.Wait(6);
  journey.Promote(kThoughts, "retired", "--to retired --min-requests 5 --max-p95 5000");
  journey.Promote(kEntrance, "retired", "--to retired --min-requests 1 --max-p95 5000");
  Names others;
  for (const auto& name : migration::Functions("", true)) {
    if (migration::TargetOf(name) != "retired") others.push_back(name);
  }
  journey.Promote(others, "retired", "--to retired --force");
}

}  // namespace

BOOST_AUTO_TEST_CASE(people_and_their_thoughts_move_and_nothing_is_lost) {
  std::filesystem::current_path(e2e::Repository());
  OldSite old;
  const auto mark = e2e::Unique("walk");
  chaos::Ledger ledger(mark);
  Journey journey;
  for (const auto& name : {kThoughts, kEntrance, Names{"login"}}) {
    BOOST_TEST(migration::TargetOf(name[0]) == "monolith");
  }
  Crowd crowd(old.staying, old.coming, 2, kPassword, ledger);
  Say("people use the old site");
  crowd.Wait(3);

  BOOST_TEST(e2e::Get(e2e::Public("/static/thoughts.js")).status != 502);
  MoveApi(journey, old);
  Say("the API has moved");
  MoveEntrance(journey, crowd);
  Say("the entrance has moved");
  TryReading(journey, crowd);
  Say("a part of the readers has tried the search");
  MoveThoughts(journey, crowd);
  Say("the thoughts have moved");
  TrySessions(old);
  Say("log-outs are heard on both sides");
  Retire(journey, crowd);
  Say("all routes are retired");
  old.site->Stop();
  crowd.Wait(5);
  sql::Connection(In("postgres")).Run("DROP DATABASE monolith WITH (FORCE)");
  crowd.Wait(5);
  Say("the old site and its database are gone");

  Names kinds;
  const auto result = crowd.Stop(kinds);
  for (const auto& failure : result.failures) BOOST_ERROR(failure);
  BOOST_TEST(result.failed == 0);
  for (const auto& kind : kinds) BOOST_TEST(kind == "number");  // the session of the beginning
  const auto verdict = ledger.Check(Texts(mark + "."));
  const long old_thoughts = static_cast<long>(Texts("an old thought ").size());
  BOOST_TEST(verdict.lost.empty());
  BOOST_TEST(verdict.doubled.empty());
  BOOST_TEST(verdict.strangers.empty());
  BOOST_TEST(old_thoughts == 3000);
  BOOST_TEST(journey.switches() >= 20);
  BOOST_TEST(journey.slowest_undo_s() < 1.0);
  fmt::print(
      stderr,
      "migration: {} switches (slowest undo {:.0f} ms), {} imports of {} thoughts, {} requests "
      "of {} people, {} log-ins, {} failed; {} thoughts written and {} there, {} lost, {} "
      "doubled; {} of {} sessions kept\n",
      journey.switches(), journey.slowest_undo_s() * 1000, journey.imports(), journey.imported(),
      result.requests, old.staying.size() + old.coming.size() + 2, result.log_ins, result.failed,
      verdict.acknowledged, verdict.stored, verdict.lost.size(), verdict.doubled.size(),
      kinds.size(), old.staying.size());
}

BOOST_AUTO_TEST_SUITE_END()
