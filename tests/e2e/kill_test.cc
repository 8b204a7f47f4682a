// Workers killed with SIGKILL under load: no request fails, no thought is lost or doubled.

#include <signal.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(kills)

using Clock = std::chrono::steady_clock;

// Between a writer's requests: a steady load, the same on quick and slow machines.
constexpr auto kPace = std::chrono::milliseconds(10);

struct Load {
  std::atomic<bool> stop = false;
  std::atomic<long> gets = 0;
  std::atomic<long> posts = 0;
  std::mutex lock;
  std::vector<std::string> failures;
  std::vector<std::string> acknowledged;  // texts

  void Failed(const std::string& what, const e2e::Answer& answer) {
    const std::lock_guard guard(lock);
    failures.push_back(what + ": " + std::to_string(answer.status) + " " + answer.error + " " +
                       answer.body.substr(0, 200));
  }
  void Read(const std::string& url) {
    while (!stop) {
      const auto answer = e2e::Get(url);
      ++gets;
      if (answer.status != 200) Failed("GET " + url, answer);
    }
  }
  void Write(const e2e::User& user, const std::string& mark, int writer) {
    auto next = Clock::now();
    for (int i = 0; !stop; ++i) {
      std::this_thread::sleep_until(next += kPace);
      const auto text = mark + " " + std::to_string(writer) + "." + std::to_string(i);
      const auto answer = e2e::PostForm(e2e::Public("/api/me/thoughts/"),
                                        "text=" + e2e::Encode(text), user.authorization);
      ++posts;
      if (answer.status != 201) {
        Failed("POST " + text, answer);
        continue;
      }
      const std::lock_guard guard(lock);
      acknowledged.push_back(text);
    }
  }
};

// Kills one worker of the functions under load every 100 ms; returns how many.
int KillFor(std::chrono::seconds time) {
  std::mt19937 random(std::random_device{}());
  int kills = 0;
  const auto begin = Clock::now();
  for (auto next = begin; next < begin + time; next += std::chrono::milliseconds(100)) {
    std::this_thread::sleep_until(next);
    std::vector<int> workers;
    for (const char* function : {"my_thoughts_create", "thoughts_list", "thought_get"}) {
      for (const int pid : e2e::Workers(function)) workers.push_back(pid);
    }
    if (workers.empty()) continue;
    if (kill(workers[random() % workers.size()], SIGKILL) == 0) ++kills;
  }
  return kills;
}

BOOST_AUTO_TEST_CASE(no_request_fails_and_no_thought_is_lost_or_doubled) {
  const auto user = e2e::NewUser();
  const auto mark = "killed" + std::to_string(user.id);
  Load load;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] { load.Write(user, mark, i); });
  }
  threads.emplace_back([&] { load.Read(e2e::Public("/api/thoughts/?limit=5")); });
  threads.emplace_back([&] { load.Read(e2e::Public("/api/thoughts/1/")); });
  const int kills = KillFor(std::chrono::seconds(10));
  load.stop = true;
  for (auto& thread : threads) thread.join();

  for (size_t i = 0; i < load.failures.size() && i < 10; ++i) BOOST_ERROR(load.failures[i]);
  BOOST_TEST(load.failures.empty());
  BOOST_TEST(kills > 50);
  BOOST_TEST(load.gets > 100);
  BOOST_TEST(load.posts > 100);

  // Every acknowledged thought once; one that was not acknowledged (there should be none) at most
  // once.
  const auto like = " FROM thoughts WHERE user_id = " + std::to_string(user.id);
  const auto stored = std::stoul(e2e::Sql("SELECT count(*)" + like));
  const auto different = std::stoul(e2e::Sql("SELECT count(DISTINCT text)" + like));
  std::cout << "kills " << kills << ", GET " << load.gets << ", POST " << load.posts
            << ", acknowledged " << load.acknowledged.size() << ", stored " << stored
            << ", different " << different << ", failed " << load.failures.size() << "\n";
  BOOST_TEST(stored == different, "a thought is there twice");
  BOOST_TEST(stored >= load.acknowledged.size(), "an acknowledged thought is lost");
  BOOST_TEST(stored <= static_cast<unsigned long>(load.posts));
  std::istringstream lines(e2e::Sql("SELECT text" + like));
  std::set<std::string> texts;
  for (std::string line; std::getline(lines, line);) texts.insert(line);
  long missing = 0;
  for (const auto& text : load.acknowledged) missing += texts.contains(text) ? 0 : 1;
  BOOST_TEST(missing == 0);
}

BOOST_AUTO_TEST_CASE(killed_workers_are_replaced) {
  const auto before = e2e::Workers("thoughts_list").size();
  for (const int pid : e2e::Workers("thoughts_list")) kill(pid, SIGKILL);
  const auto deadline = Clock::now() + std::chrono::seconds(40);  // the longest back-off is 30 s
  while (e2e::Workers("thoughts_list").size() < before && Clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  BOOST_TEST(e2e::Workers("thoughts_list").size() == before);
  BOOST_TEST(e2e::Get(e2e::Public("/api/thoughts/")).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
