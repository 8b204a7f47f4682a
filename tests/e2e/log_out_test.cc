// D3: how soon a log-out is heard while many log out. E2E_LOG_OUTS says how many (200).

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/mint.h"
#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(log_out)

using std::chrono::steady_clock;

namespace {

constexpr int kThreads = 20;

// Milliseconds from the answer of the log-out to the start of the last request that was let in;
// -1 when something else went wrong.
double HeardAfter(const std::string& token) {
  e2e::Client client;
  const auto status = [&](const char* method, const char* path) {
    return client
        .Send({.method = method, .url = e2e::Public(path), .headers = {"Authorization: " + token}})
        .status;
  };
  if (status("GET", "/api/me/") != 200 || status("GET", "/api/me/thoughts/") != 200) return -1;
  if (status("POST", "/api/logout/") != 204) return -1;
  const auto ended = steady_clock::now();
  auto last = ended;
  // Refused by every worker: each has been asked often by then.
  for (int refused = 0; refused < 40;) {
    const auto start = steady_clock::now();
    const int answer = status("GET", refused % 2 == 0 ? "/api/me/" : "/api/me/thoughts/");
    if (answer == 200) {
      last = start;
      refused = 0;
    } else if (answer == 401) {
      ++refused;
    } else {
      return -1;
    }
    if (start - ended > std::chrono::seconds(10)) return -1;
  }
  return std::chrono::duration<double, std::milli>(last - ended).count();
}

}  // namespace

BOOST_AUTO_TEST_CASE(d3_a_log_out_under_load_is_heard_within_a_second) {
  const char* wanted = std::getenv("E2E_LOG_OUTS");
  const int count = wanted == nullptr ? 200 : std::atoi(wanted);
  e2e::Mint mint;
  std::vector<std::string> tokens;
  for (int i = 0; i < count; ++i) {
    tokens.push_back(mint.Bearer(session::TokenKind::kSession, {"profile", "thoughts:read"}));
  }
  std::mutex mutex;
  std::vector<double> times;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (;;) {
        std::string token;
        {
          const std::lock_guard lock(mutex);
          if (tokens.empty()) return;
          token = tokens.back();
          tokens.pop_back();
        }
        const double heard = HeardAfter(token);
        const std::lock_guard lock(mutex);
        times.push_back(heard);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::ranges::sort(times);
  BOOST_REQUIRE(times.size() == static_cast<size_t>(count));
  BOOST_TEST(times.front() >= 0, "a request failed");
  const auto part = [&](double share) {
    return times[static_cast<size_t>(share * static_cast<double>(times.size() - 1))];
  };
  std::printf("%d log-outs: heard after %.0f ms (median), %.0f ms (p99), %.0f ms (max)\n", count,
              part(0.5), part(0.99), times.back());
  BOOST_TEST(part(0.99) <= 1000);
}

BOOST_AUTO_TEST_SUITE_END()
