// PostgreSQL away and back: quick, honest errors in between, and nothing else needs a restart.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(outage)

using Clock = std::chrono::steady_clock;
using e2e::Public;

void Postgres(const std::string& what) {
  const auto ran =
      e2e::Bash("here=tools/dev; source $here/common.sh; source $here/postgres.sh; set_state '" +
                e2e::State() + "'; read_instance; " + what + "_postgres");
  BOOST_REQUIRE_MESSAGE(ran.exit_code == 0, what << " of PostgreSQL failed");
}

// Readiness follows within seconds: it asks the database once a second.
bool ReadyBecomes(int status) {
  const auto deadline = Clock::now() + std::chrono::seconds(5);
  while (Clock::now() < deadline) {
    if (e2e::Get(e2e::Internal("/readyz")).status == status) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

// Of the static pools: others may come and go by themselves.
std::vector<int> HotWorkers() {
  std::vector<int> all;
  for (const char* function : {"thoughts_list", "thought_get", "my_thoughts_create"}) {
    for (const int pid : e2e::Workers(function)) all.push_back(pid);
  }
  std::ranges::sort(all);
  return all;
}

BOOST_AUTO_TEST_CASE(a_stopped_database_gives_503_and_a_started_one_all_is_well) {
  const auto user = e2e::NewUser();
  const auto workers = HotWorkers();
  BOOST_REQUIRE(e2e::Get(Public("/api/me/thoughts/"), user.authorization).status == 200);

  Postgres("stop");
  double slowest = 0;
  for (int i = 0; i < 10; ++i) {
    for (const auto& answer :
         {e2e::Get(Public("/api/thoughts/")), e2e::Get(Public("/api/thoughts/1/")),
          e2e::Get(Public("/api/me/thoughts/"), user.authorization),
          e2e::PostForm(Public("/api/me/thoughts/"), "text=lost", user.authorization)}) {
      E2E_PROBLEM(answer, 503);
      BOOST_TEST(std::atoi(answer.header("retry-after").c_str()) > 0);
      slowest = std::max(slowest, answer.seconds);
    }
  }
  // Seldom used functions meet the outage with their first connection.
  E2E_PROBLEM(e2e::PostForm(Public("/api/login/"), "username=demo&password=demo-password"), 503);
  BOOST_TEST(slowest < 1.0);

  // What needs no database goes on, refusals of bad tokens among it.
  BOOST_TEST(e2e::Get(Public("/null")).status == 200);
  BOOST_TEST(e2e::Get(Public("/healthz")).status == 200);
  BOOST_TEST(e2e::Get(Public("/robots.txt")).status == 200);
  E2E_PROBLEM(e2e::Get(Public("/api/me/thoughts/"), "Bearer no.such.token"), 401);
  BOOST_TEST(e2e::Get(e2e::Internal("/livez")).status == 200);
  BOOST_TEST(ReadyBecomes(503));

  Postgres("start");
  const auto accepts = Clock::now();
  int status = 0;
  while (status != 201 && Clock::now() < accepts + std::chrono::seconds(10)) {
    status = e2e::PostForm(Public("/api/me/thoughts/"), "text=after the outage", user.authorization)
                 .status;
    if (status != 201) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const double back = std::chrono::duration<double>(Clock::now() - accepts).count();
  std::cout << "slowest 503 " << slowest << " s, first write " << back
            << " s after PostgreSQL was back\n";
  BOOST_TEST(status == 201);
  BOOST_TEST(back < 2.0);
  BOOST_TEST(ReadyBecomes(200));
  BOOST_TEST(!e2e::Login("demo", "demo-password").empty());
  BOOST_TEST(HotWorkers() == workers, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
