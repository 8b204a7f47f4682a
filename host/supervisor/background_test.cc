#include "host/supervisor/background.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using host::Background;
using host::EventLoop;

namespace {

// A loop that ends by itself when a test forgets to.
struct Bench {
  Bench() {
    loop.At(std::chrono::steady_clock::now() + std::chrono::seconds(10), [this] { loop.Quit(); });
  }
  EventLoop loop;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(jobs_run_in_order_in_another_thread_and_results_come_to_the_loop, Bench) {
  Background background(loop);
  const auto ours = std::this_thread::get_id();
  std::vector<std::string> results;
  for (int i = 0; i < 3; ++i) {
    const bool taken = background.Run(
        [=] { return std::this_thread::get_id() == ours ? "here" : "job " + std::to_string(i); },
        [&](std::string result) {
          BOOST_TEST((std::this_thread::get_id() == ours));
          results.push_back(std::move(result));
          if (results.size() == 3) loop.Quit();
        });
    BOOST_TEST(taken);
  }
  loop.Run();
  BOOST_TEST(results == (std::vector<std::string>{"job 0", "job 1", "job 2"}),
             boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_job_without_a_result_and_one_that_only_moves_are_jobs_too, Bench) {
  Background background(loop);
  int sum = 0;
  BOOST_TEST(background.Run([&sum] { sum += 1; }, [] {}));
  BOOST_TEST(background.Run([one = std::make_unique<int>(2)]() mutable { return std::move(one); },
                            [&](std::unique_ptr<int> result) {
                              sum += *result;
                              loop.Quit();
                            }));
  loop.Run();
  BOOST_TEST(sum == 3);
}

BOOST_FIXTURE_TEST_CASE(the_loop_turns_while_a_job_waits, Bench) {
  Background background(loop);
  std::promise<void> door;
  BOOST_TEST(background.Run([&] { return door.get_future().wait_for(std::chrono::seconds(10)); },
                            [&](std::future_status status) {
                              BOOST_TEST((status == std::future_status::ready));
                              loop.Quit();
                            }));
  loop.Post([&] { door.set_value(); });
  loop.Run();
}

BOOST_FIXTURE_TEST_CASE(too_many_jobs_are_refused, Bench) {
  std::promise<void> door;
  std::promise<void> started;
  Background background(loop, 2);
  int done = 0;
  BOOST_TEST(background.Run(
      [&] {
        started.set_value();
        door.get_future().wait();
      },
      [&] { ++done; }));
  started.get_future().wait();
  BOOST_TEST(background.Run([] {}, [&] { ++done; }));
  BOOST_TEST(background.Run([] {},
                            [&] {
                              ++done;
                              loop.Quit();
                            }));
  BOOST_TEST(!background.Run([] {}, [&] { ++done; }));
  door.set_value();
  loop.Run();
  BOOST_TEST(done == 3);
}

BOOST_FIXTURE_TEST_CASE(destruction_finishes_the_running_job_drops_the_rest_and_calls_nobody,
                        Bench) {
  std::promise<void> started;
  bool finished = false;
  bool second = false;
  bool called = false;
  std::optional<Background> background(std::in_place, loop);
  BOOST_TEST(background->Run(
      [&](const std::stop_token& stop) {  // still running when the destructor is at work
        started.set_value();
        while (!stop.stop_requested()) std::this_thread::yield();
        finished = true;
      },
      [&] { called = true; }));
  BOOST_TEST(background->Run([&] { second = true; }, [&] { called = true; }));
  started.get_future().wait();
  background.reset();
  BOOST_TEST(finished);
  BOOST_TEST(!second);
  loop.Post([&] { loop.Quit(); });  // after what the job has posted
  loop.Run();
  BOOST_TEST(!called);
}

BOOST_FIXTURE_TEST_CASE(what_a_job_throws_is_thrown_in_the_loops_thread, Bench) {
  Background background(loop);
  BOOST_TEST(background.Run([]() -> int { throw std::runtime_error("odd"); }, [](int) {}));
  BOOST_CHECK_THROW(loop.Run(), std::runtime_error);
}
