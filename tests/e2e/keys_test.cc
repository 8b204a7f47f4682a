// D3: keys that sign tokens, changed while tokens are used: ./dev keys.

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(keys)

using namespace std::chrono_literals;

namespace {

e2e::Ran Keys(const std::string& arguments) {
  return e2e::Bash("./dev keys " + arguments + " --state '" + e2e::State() + "'");
}

// "Bearer HEADER": the header names the key.
std::string SignedBy(const std::string& authorization) {
  return authorization.substr(0, authorization.find('.'));
}

// A log-in that the newest key signed: who signs looks for it within a second.
std::string LoginAfter(const std::string& before, const e2e::User& user) {
  const auto until = std::chrono::steady_clock::now() + 5s;
  std::string token;
  do {
    token = e2e::Login(user.username, user.password);
  } while (SignedBy(token) == SignedBy(before) && std::chrono::steady_clock::now() < until);
  BOOST_TEST(SignedBy(token) != SignedBy(before));
  return token;
}

std::string Newest() {
  return e2e::Bash("basename -a '" + e2e::State() +
                   "'/keys/public/*.pem | sort -V | tail -n 1 | "
                   "tr -d '\\n'")
      .output;
}

struct Load {
  void Add(const std::string& token) {
    const std::lock_guard lock(mutex);
    tokens.push_back(token);
  }
  std::string Pick(size_t turn) {
    const std::lock_guard lock(mutex);
    return tokens[turn % tokens.size()];
  }
  void Run() {
    e2e::Client client;
    for (size_t turn = 0; !stop; ++turn) {
      const auto path = turn % 2 == 0 ? "/api/me/" : "/api/me/thoughts/";
      const auto answer =
          client.Send({.url = e2e::Public(path), .headers = {"Authorization: " + Pick(turn / 2)}});
      ++asked;
      if (answer.status != 200) ++refused;
    }
  }

  std::mutex mutex;
  std::vector<std::string> tokens;
  std::atomic<bool> stop = false;
  std::atomic<int> asked = 0, refused = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(d3_rotation_every_second_under_load_refuses_no_valid_token) {
  const auto user = e2e::NewUser();
  Load load;
  load.Add(user.authorization);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back([&] { load.Run(); });
  std::string last = user.authorization;
  for (int i = 0; i < 8; ++i) {
    const auto next = std::chrono::steady_clock::now() + 1s;
    BOOST_TEST(Keys("rotate --wait 0.2").exit_code == 0);
    last = LoginAfter(last, user);
    load.Add(last);
    std::this_thread::sleep_until(next);
  }
  load.stop = true;
  for (auto& thread : threads) thread.join();
  BOOST_TEST_MESSAGE(load.asked << " requests, " << load.refused << " refused");
  BOOST_TEST(load.refused == 0);
  BOOST_TEST(load.asked > 500);
}

BOOST_AUTO_TEST_CASE(d3_a_retired_key_is_refused_within_a_second_and_others_are_not) {
  const auto user = e2e::NewUser();
  BOOST_TEST(Keys("rotate --wait 0.2").exit_code == 0);
  const auto middle = Newest();
  const auto lost = LoginAfter(user.authorization, user);
  BOOST_TEST(Keys("retire " + middle + " --now").exit_code == 1);  // it signs
  BOOST_TEST(Keys("rotate --wait 0.2").exit_code == 0);
  const auto fresh = LoginAfter(lost, user);
  BOOST_TEST(Keys("retire " + middle).exit_code == 1);  // its tokens live
  BOOST_TEST(Keys("list").output.find(middle + "  checks alone") != std::string::npos);
  BOOST_TEST(e2e::Get(e2e::Public("/api/me/"), lost).status == 200);
  BOOST_TEST(Keys("retire " + middle + " --now").exit_code == 0);
  std::this_thread::sleep_for(1s);  // the promise
  for (int i = 0; i < 40; ++i) {
    for (const char* path : {"/api/me/", "/api/me/thoughts/"}) {
      BOOST_TEST(e2e::Get(e2e::Public(path), lost).status == 401);
      BOOST_TEST(e2e::Get(e2e::Public(path), fresh).status == 200);
      BOOST_TEST(e2e::Get(e2e::Public(path), user.authorization).status == 200);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
