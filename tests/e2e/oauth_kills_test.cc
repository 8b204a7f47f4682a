// Workers of the token endpoint killed with SIGKILL under load: every request is answered, and
// nobody is logged out by a request that NGINX sent twice.

#include <signal.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(oauth_kills)

using Clock = std::chrono::steady_clock;

constexpr int kThreads = 4;
constexpr int kCodes = 40;  // for each thread, with kRefreshes each
constexpr int kRefreshes = 3;
constexpr auto kPace = std::chrono::milliseconds(100);  // all together below the rate limit
// A worker that dies sooner counts as one that cannot live, and is started again after a while.
constexpr auto kLife = std::chrono::milliseconds(1100);

struct Load {
  std::string client = e2e::Encode(e2e::Unique("client"));
  std::atomic<long> exchanges = 0, refreshes = 0;
  std::mutex lock;
  std::vector<std::string> failures;

  explicit Load(long user) {
    e2e::Sql(
        "INSERT INTO oauth_clients (id, name, auth_method, redirect_uris, grant_types, scopes, "
        "registered_from) VALUES ('" +
        client +
        "', 'Killed', 'none', '{https://app.example/back}', '{authorization_code,refresh_token}', "
        "'{thoughts:read}', '" +
        client + "')");
    // RFC 7636, appendix B: the challenge of the verifier below.
    e2e::Sql(
        "INSERT INTO oauth_codes (hash, client_id, user_id, redirect_uri, challenge, scopes, "
        "nonce, auth_time_s) SELECT sha256(convert_to('" +
        client + ".' || n, 'UTF8')), '" + client + "', " + std::to_string(user) +
        ", 'https://app.example/back', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', "
        "'{thoughts:read}', '', 1 FROM generate_series(0, " +
        std::to_string(kThreads * kCodes - 1) + ") n");
  }

  // The refresh token of the answer, "" when there is none.
  std::string Ask(const std::string& form) {
    const auto answer =
        e2e::PostForm(e2e::Public("/oauth/token"), form + "&client_id=" + e2e::Encode(client));
    const auto token = e2e::Json(answer).value("refresh_token", "");
    if (answer.status == 200 && !token.empty()) return token;
    const std::lock_guard guard(lock);
    failures.push_back(std::to_string(answer.status) + " " + answer.error + answer.body);
    return "";
  }

  void Run(int thread) {
    auto next = Clock::now();
    for (int i = 0; i < kCodes; ++i) {
      std::this_thread::sleep_until(next += kPace);
      auto token = Ask("grant_type=authorization_code&code=" +
                       e2e::Encode(client + "." + std::to_string(thread * kCodes + i)) +
                       "&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
      ++exchanges;
      for (int j = 0; j < kRefreshes && !token.empty(); ++j) {
        std::this_thread::sleep_until(next += kPace);
        token = Ask("grant_type=refresh_token&refresh_token=" + token);
        ++refreshes;
      }
    }
  }
};

BOOST_AUTO_TEST_CASE(no_token_request_fails_and_nobody_is_logged_out) {
  Load load(e2e::NewUser().id);
  std::atomic<int> running = kThreads;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      load.Run(i);
      --running;
    });
  }
  int kills = 0;
  for (auto next = Clock::now(); running > 0; next += kLife) {
    std::this_thread::sleep_until(next);
    for (const int worker : e2e::Workers("oauth_token")) {
      if (kill(worker, SIGKILL) == 0) ++kills;
    }
  }
  for (auto& thread : threads) thread.join();

  for (size_t i = 0; i < load.failures.size() && i < 10; ++i) BOOST_ERROR(load.failures[i]);
  const auto of_client = " FROM oauth_grants WHERE client_id = '" + load.client + "'";
  std::cout << "kills " << kills << ", exchanges " << load.exchanges << ", refreshes "
            << load.refreshes << ", failed " << load.failures.size() << "\n";
  BOOST_TEST(load.failures.empty());
  BOOST_TEST(kills > 10);
  BOOST_TEST(load.refreshes == kThreads * kCodes * kRefreshes);
  BOOST_TEST(e2e::Sql("SELECT count(*)" + of_client) == std::to_string(kThreads * kCodes));
  BOOST_TEST(e2e::Sql("SELECT count(*)" + of_client + " AND (revoked IS NOT NULL OR sequence <> " +
                      std::to_string(kRefreshes + 1) + ")") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
