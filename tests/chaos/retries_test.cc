// A worker that dies after its transaction was committed and before it answered: NGINX sends the
// request again, and the client gets the answer that the first run would have given.

#include <signal.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/chaos/postgres.h"
#include "tests/chaos/stage.h"
#include "tests/instance/host.h"

BOOST_AUTO_TEST_SUITE(retries)

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr char kRole[] = "thoughts_service";

template <typename Holds>
bool Becomes(const Holds& holds, std::chrono::seconds time = 3s) {
  const auto deadline = Clock::now() + time;
  while (!holds()) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

// What NGINX's log says of the request, once it is there: the answer of each try.
std::string Tries(const std::string& request_id) {
  std::string tries;
  Becomes([&] {
    std::ifstream log(e2e::State() + "/log/nginx-access.log");
    for (std::string line; std::getline(log, line);) {
      if (line.find("\"" + request_id + "\"") == line.npos) continue;
      tries = nlohmann::json::parse(line).at("upstream_status");
      return true;
    }
    return false;
  });
  return tries;
}

// PostgreSQL waits, after each commit has reached the disk, for a standby that does not exist: the
// transaction is committed, and nobody knows yet.
void KilledBetweenCommitAndAnswer(const chaos::Protocol& protocol) {
  const auto& user = chaos::Writer();
  const auto url = e2e::Public(protocol.create_path);
  const auto send = [&](const std::string& text, const std::string& request_id) {
    return std::async(std::launch::async, [&, text, request_id] {
      return e2e::PostForm(url, "text=" + text, user.authorization,
                           {"X-Request-ID: " + request_id});
    });
  };

  chaos::Setting standby("synchronous_standby_names", "nobody");
  std::string text;
  std::string request_id;
  std::future<e2e::Answer> answer;
  // The setting is heard of in a moment; a write before that does not wait.
  const bool waits = Becomes([&] {
    request_id = text = "window" + e2e::Unique("").substr(1);
    answer = send(text, request_id);
    while (answer.wait_for(5ms) == std::future_status::timeout) {
      if (chaos::Waiting(kRole, "SyncRep") == 1) return true;
    }
    return false;
  });
  BOOST_REQUIRE(waits);
  for (const int pid : e2e::Workers(protocol.create)) kill(pid, SIGKILL);
  // The second run, by another worker, finds the first one's key, and waits for its outcome.
  BOOST_TEST(Becomes([] { return chaos::Waiting(kRole, "Lock") == 1; }));
  standby.Reset();

  const auto got = answer.get();
  BOOST_TEST(got.status == 201, got.status << " " << got.body);
  auto rows = chaos::Database().Query("SELECT id::text FROM thoughts WHERE text = $1", {text});
  BOOST_REQUIRE(rows.size() == 1u);
  BOOST_TEST(std::to_string(e2e::Json(got).value("id", 0L)) == rows[0][0].value());
  const auto tries = Tries(request_id);
  BOOST_TEST(tries.ends_with(", 201"), tries);
  BOOST_TEST(e2e::Settled());
}

BOOST_AUTO_TEST_CASE(c2_a_retried_post_is_answered_from_the_request_key) {
  for (const auto& protocol : chaos::Protocols()) {
    BOOST_TEST_CONTEXT(protocol.name) { KilledBetweenCommitAndAnswer(protocol); }
  }
}

BOOST_AUTO_TEST_SUITE_END()
