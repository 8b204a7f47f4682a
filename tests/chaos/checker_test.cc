// The checker of these tests, checked itself: with planted faults, and with two ways to write that
// lose what they have acknowledged.

#include <signal.h>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/chaos/kills.h"
#include "tests/chaos/postgres.h"
#include "tests/chaos/stage.h"
#include "tests/chaos/trial.h"
#include "tests/instance/host.h"

BOOST_AUTO_TEST_SUITE(checker)

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

constexpr char kRole[] = "thoughts_service";

void Write(chaos::Ledger& ledger, const std::string& text) {
  e2e::NewThought(chaos::Writer(), text);
  ledger.Acknowledged(text);
}

// A worker that PostgreSQL failed tries it again after a while (host/db/pool.h). What is refused
// until then is nothing that the next trial may be blamed for.
void WaitUntilAllWritesAreTaken() {
  const auto end = std::chrono::steady_clock::now() + 20s;
  for (const auto& protocol : chaos::Protocols()) {
    for (long failed = 1; failed > 0;) {
      if (std::chrono::steady_clock::now() > end) throw std::runtime_error("writes still fail");
      chaos::Ledger ledger(e2e::Unique("again"));
      auto call = chaos::Post(protocol);
      call.per_second = 0;  // eight at once: every worker gets some
      chaos::Load load(chaos::Port(), {call}, ledger);
      while (load.answered() < 100) std::this_thread::sleep_for(5ms);
      failed = load.Stop()[0].failed;
    }
  }
}

// Writes as fast as they are answered until PostgreSQL is killed; then the check.
chaos::Verdict KillPostgresUnderWrites() {
  // Starts again in a second rather than five.
  const chaos::Setting sync("recovery_init_sync_method", "syncfs");
  chaos::Ledger ledger(e2e::Unique("crash"));
  {
    auto call = chaos::Post(chaos::Protocols()[0]);
    call.per_second = 0;
    call.connections = 4;
    chaos::Load load(chaos::Port(), {call}, ledger);
    while (load.answered() < 200) std::this_thread::sleep_for(5ms);
    chaos::KillPostgres();
  }
  chaos::StartPostgres();
  WaitUntilAllWritesAreTaken();
  return ledger.Check(chaos::Stored(ledger));
}

BOOST_AUTO_TEST_CASE(c2_a_lost_and_a_doubled_write_planted_in_the_database_are_told) {
  chaos::Ledger ledger(e2e::Unique("planted"));
  const auto lost = ledger.Next();
  const auto doubled = ledger.Next();
  const auto right = ledger.Next();
  for (const auto& text : {lost, doubled, right}) Write(ledger, text);
  BOOST_TEST(ledger.Check(chaos::Stored(ledger)).right());

  auto database = chaos::Database();
  database.Query("DELETE FROM thoughts WHERE text = $1", {lost});
  database.Query(
      "INSERT INTO thoughts (user_id, username, text) SELECT user_id, username, text "
      "FROM thoughts WHERE text = $1",
      {doubled});
  const auto verdict = ledger.Check(chaos::Stored(ledger));
  BOOST_TEST(verdict.lost == Texts{lost}, boost::test_tools::per_element());
  BOOST_TEST(verdict.doubled == Texts{doubled}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(c2_writes_lost_by_an_asynchronous_commit_are_told) {
  auto database = std::make_unique<sql::Connection>(chaos::Database());
  database->Run(std::string("ALTER ROLE ") + kRole + " SET synchronous_commit = off");
  // What would write to the disk a moment later is late today.
  kill(std::stoi(database->One(
           "SELECT pid::text FROM pg_stat_activity WHERE backend_type = 'walwriter'")),
       SIGSTOP);
  database.reset();  // PostgreSQL is killed meanwhile
  chaos::EndSessions(kRole);
  const auto verdict = KillPostgresUnderWrites();
  chaos::Database().Run(std::string("ALTER ROLE ") + kRole + " RESET synchronous_commit");
  chaos::EndSessions(kRole);
  chaos::Note(std::to_string(verdict.lost.size()) + " of " + std::to_string(verdict.acknowledged) +
              " acknowledged writes lost, as they should be");
  BOOST_TEST(verdict.lost.size() > 0u);
}

BOOST_AUTO_TEST_CASE(c2_writes_lost_by_an_answer_before_the_commit_are_told) {
  const std::string name = "answers_early";
  chaos::DeployFunction(name, chaos::TrialBinary(name), [](nlohmann::ordered_json& manifest) {
    manifest["routes"] = {{{"methods", {"POST"}}, {"path", "/chaos/early"}}};
    manifest["needs"] = {"database"};
  });
  auto call = chaos::Post(chaos::Protocols()[0]);
  call.path = "/chaos/early";
  call.headers = {"X-User-Id: " + std::to_string(chaos::Writer().id),
                  "X-Username: " + chaos::Writer().username};
  chaos::Ledger ledger(e2e::Unique("early"));
  chaos::Load load(chaos::Port(), {call}, ledger);
  const auto killed = chaos::DisturbFor(2s, chaos::With(chaos::KillWorkers({name}, 100ms)));
  load.Stop();
  const auto verdict = ledger.Check(chaos::Stored(ledger));
  chaos::Note(std::to_string(verdict.lost.size()) + " of " + std::to_string(verdict.acknowledged) +
              " acknowledged writes lost, as they should be");
  BOOST_TEST(killed[0].count > 5);
  BOOST_TEST(verdict.lost.size() > 0u);
}

BOOST_AUTO_TEST_CASE(c2_no_acknowledged_write_is_lost_when_all_of_postgresql_is_killed) {
  const auto verdict = KillPostgresUnderWrites();
  BOOST_TEST(verdict.right());
  BOOST_TEST(verdict.acknowledged > 100);
  chaos::Note(std::to_string(verdict.acknowledged) + " acknowledged writes, " +
              std::to_string(verdict.lost.size()) + " lost");
}

BOOST_AUTO_TEST_SUITE_END()
