#include "host/supervisor/slow_watch.h"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;

namespace {

constexpr int64_t kMs = 1'000'000;

host::Scoreboard Board(int threads) {
  auto board = host::Scoreboard::Create(threads);
  BOOST_REQUIRE(board.has_value());
  return *std::move(board);
}

host::WatchedWorker Worker(const host::Scoreboard& board, pid_t pid = 7) {
  return {.function = "login", .revision = "abc", .pid = pid, .board = &board};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_request_shows_once_when_it_has_become_slow) {
  const auto board = Board(2);
  host::SlowWatch watch(1000ms);
  board.thread(1).Begin(100 * kMs);
  board.thread(1).Describe("GET", "/a", "id-1");
  board.thread(1).Statement("a.select");
  BOOST_TEST(watch.Look({Worker(board)}, 1100 * kMs).empty());
  const auto found = watch.Look({Worker(board)}, 1150 * kMs);
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found[0].function == "login");
  BOOST_TEST(found[0].thread == 1);
  BOOST_TEST(found[0].work.request_id == "id-1");
  BOOST_TEST(found[0].work.statement == "a.select");
  BOOST_TEST((found[0].duration == 1050ms));
  BOOST_TEST(found[0].with_stack);
  BOOST_TEST(watch.Look({Worker(board)}, 9000 * kMs).empty());
}

BOOST_AUTO_TEST_CASE(the_next_slow_request_of_the_same_thread_shows_again) {
  const auto board = Board(1);
  host::SlowWatch watch(1000ms);
  board.thread(0).Begin(1 * kMs);
  BOOST_TEST(watch.Look({Worker(board)}, 1100 * kMs).size() == 1u);
  board.thread(0).End();
  BOOST_TEST(watch.Look({Worker(board)}, 1200 * kMs).empty());
  board.thread(0).Begin(1300 * kMs);
  BOOST_TEST(watch.Look({Worker(board)}, 2200 * kMs).empty());
  BOOST_TEST(watch.Look({Worker(board)}, 2400 * kMs).size() == 1u);
}

BOOST_AUTO_TEST_CASE(of_many_at_once_one_a_second_and_function_gets_its_stack) {
  const auto board = Board(4);
  const auto other = Board(1);
  for (int i = 0; i < 4; ++i) board.thread(i).Begin((1 + i * 500) * kMs);
  other.thread(0).Begin(1 * kMs);
  auto elsewhere = Worker(other, 8);
  elsewhere.function = "logout";
  host::SlowWatch watch(1000ms);
  std::vector<bool> stacks;
  for (int64_t now = 1100; now < 3000; now += 100) {
    for (const auto& each : watch.Look({Worker(board), elsewhere}, now * kMs)) {
      if (each.function == "logout") {
        BOOST_TEST(each.with_stack);
      } else {
        stacks.push_back(each.with_stack);
      }
    }
  }
  const std::vector<bool> expected = {true, false, true, false};  // 1.1 s, 1.6 s, 2.1 s, 2.6 s
  BOOST_TEST(stacks == expected, boost::test_tools::per_element());
}
