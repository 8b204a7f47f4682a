#include "host/scoreboard/scoreboard.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <functional>
#include <string>
#include <thread>

using host::Counters;
using host::Load;
using host::Scoreboard;
using host::ThreadWork;

namespace {

Scoreboard Made(int threads) {
  auto board = Scoreboard::Create(threads, std::chrono::milliseconds(250));
  BOOST_REQUIRE(board.has_value());
  return *std::move(board);
}

// A process that attaches to `board` as a worker does, works, and then stays until it is killed.
class Worker {
 public:
  Worker(const Scoreboard& board, const std::function<void(Scoreboard&)>& work) {
    int ends[2];
    BOOST_REQUIRE(pipe(ends) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      auto mine = Scoreboard::Attach(board.fd());
      if (mine) mine->worker().attached = 1;
      if (mine) work(*mine);
      [[maybe_unused]] const ssize_t said = write(ends[1], mine ? "R" : "F", 1);
      for (;;) pause();
    }
    char byte = 0;
    BOOST_REQUIRE(read(ends[0], &byte, 1) == 1);
    BOOST_TEST(byte == 'R');
    close(ends[0]);
    close(ends[1]);
  }
  ~Worker() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_supervisor_sees_what_each_thread_of_a_worker_does) {
  const Scoreboard board = Made(3);
  BOOST_TEST(!board.attached());
  const Worker worker(board, [](Scoreboard& mine) {
    mine.worker().waiting = 5;
    mine.worker().connections = 9;
    mine.thread(0).Enter();
    mine.thread(0).Begin(2000);
    mine.thread(0).Describe("GET", "/done", "a");
    mine.thread(0).End();
    mine.thread(1).Enter();
    mine.thread(1).Begin(1000);
    mine.thread(1).Describe("POST", "/api/me/thoughts", "4f2a");
    mine.thread(1).Statement("my_thoughts_create.insert");
  });
  BOOST_TEST(board.attached());
  const Load load = board.ReadLoad();
  BOOST_TEST(load.threads == 3);
  BOOST_TEST(load.busy == 1);
  BOOST_TEST(load.waiting == 5);
  BOOST_TEST(load.connections == 9);
  BOOST_TEST(load.requests == 2);
  BOOST_TEST(load.oldest_busy_ns == 1000);

  const auto threads = board.ReadThreads();
  BOOST_REQUIRE(threads.size() == 3u);
  BOOST_TEST(threads[0].tid == worker.pid());
  BOOST_TEST(threads[0].busy_since_ns == 0);
  BOOST_TEST(threads[0].path.empty());
  BOOST_TEST(threads[1].busy_since_ns == 1000);
  BOOST_TEST(threads[1].method == "POST");
  BOOST_TEST(threads[1].path == "/api/me/thoughts");
  BOOST_TEST(threads[1].request_id == "4f2a");
  BOOST_TEST(threads[1].statement == "my_thoughts_create.insert");
  BOOST_TEST(threads[2].tid == 0);
}

BOOST_AUTO_TEST_CASE(counters_of_a_dead_worker_can_still_be_read_and_added) {
  const Scoreboard board = Made(2);
  {
    const Worker worker(board, [](Scoreboard& mine) {
      mine.thread(0).Count("GET", 200, 90'000);
      mine.thread(0).Count("GET", 200, 100'000);  // a bound belongs to its bucket
      mine.thread(1).Count("GET", 200, 11'000'000'000);
      mine.thread(1).Count("POST", 504, 5'000'000'000);
      mine.thread(1).CountTimeout();
      mine.thread(1).CountSlow();
      mine.thread(2).Count("POST", 503, 1000);  // the thread that answers when all are busy
      mine.thread(2).CountShed();
    });
  }
  Counters counters = board.ReadCounters();
  const host::Totals totals = board.ReadTotals();
  BOOST_TEST(totals.requests == counters.requests());
  BOOST_TEST(totals.errors == counters.errors());
  BOOST_TEST(totals.timeouts == counters.timeouts);
  BOOST_TEST(totals.shed == counters.shed);
  BOOST_TEST(totals.slow == counters.slow);
  counters += board.ReadCounters();
  BOOST_TEST((counters.answers.at({"GET", 200})) == 6);
  BOOST_TEST((counters.answers.at({"POST", 503})) == 2);
  BOOST_TEST(counters.requests() == 10);
  BOOST_TEST(counters.errors() == 4);
  BOOST_TEST(counters.timeouts == 2);
  BOOST_TEST(counters.shed == 2);
  BOOST_TEST(counters.slow == 2);
  const auto& get = counters.durations.at("GET");
  BOOST_TEST(get.buckets.front() == 4);
  BOOST_TEST(get.buckets.back() == 2);
  BOOST_TEST(get.count() == 6);
  BOOST_TEST(get.sum_s == 22.00038, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_method_or_status_that_finds_no_room_is_still_counted) {
  const Scoreboard board = Made(1);
  for (int status = 100; status < 200; ++status) board.thread(0).Count("PROPFIND", status, 1);
  const Counters counters = board.ReadCounters();
  BOOST_TEST((counters.answers.at({"other", 100})) == 1);
  BOOST_TEST((counters.answers.at({"other", 0})) == 37);
  BOOST_TEST(counters.requests() == 100);
}

BOOST_AUTO_TEST_CASE(a_reader_never_sees_half_of_a_request) {
  const Scoreboard board = Made(1);
  std::jthread writer([&](const std::stop_token& stop) {
    for (int64_t i = 1; !stop.stop_requested(); ++i) {
      const std::string name(1 + i % 180, static_cast<char>('a' + i % 26));
      board.thread(0).Begin(i);
      board.thread(0).Describe("GET", name, name.substr(0, 100));
      if (i % 3 == 0) board.thread(0).End();
    }
  });
  int busy = 0;
  while (busy < 20'000) {
    const ThreadWork work = board.ReadThreads()[0];
    if (work.busy_since_ns == 0 || work.path.empty()) continue;
    ++busy;
    const int64_t i = work.busy_since_ns;
    const std::string name(1 + i % 180, static_cast<char>('a' + i % 26));
    BOOST_REQUIRE(work.path == name);
    BOOST_REQUIRE(work.request_id == name.substr(0, 100));
  }
}

BOOST_AUTO_TEST_CASE(texts_are_cut_at_their_room) {
  const Scoreboard board = Made(1);
  board.thread(0).Begin(1);
  board.thread(0).Describe("AVERYLONGMETHODNAME", std::string(5000, 'p'), std::string(128, 'i'));
  const ThreadWork work = board.ReadThreads()[0];
  BOOST_TEST(work.method == "AVERYLONGMETHOD");
  BOOST_TEST(work.path == std::string(191, 'p'));
  BOOST_TEST(work.request_id == std::string(127, 'i'));
}

BOOST_AUTO_TEST_CASE(a_worker_can_neither_shrink_nor_grow_it) {
  const Scoreboard board = Made(1);
  BOOST_TEST(ftruncate(board.fd(), 0) != 0);
  BOOST_TEST(ftruncate(board.fd(), 1 << 20) != 0);
}

BOOST_AUTO_TEST_CASE(a_new_supervisor_that_attaches_learns_what_the_worker_said_to_the_old_one) {
  const Scoreboard board = Made(1);
  const auto attach = [&] { return Scoreboard::Attach(fcntl(board.fd(), F_DUPFD_CLOEXEC, 10)); };
  const auto silent = attach();
  BOOST_REQUIRE(silent.has_value());
  BOOST_TEST(!silent->attached());  // looking at it is not writing it
  const Worker worker(board, [](Scoreboard& mine) { mine.worker().ready = 1; });
  const auto heir = attach();
  BOOST_REQUIRE(heir.has_value());
  BOOST_TEST(heir->attached());
  BOOST_TEST(heir->worker().ready == 1);
  BOOST_TEST(heir->worker().draining == 0);
}

BOOST_AUTO_TEST_CASE(another_file_is_refused_and_left_alone) {
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  BOOST_TEST(!Scoreboard::Attach(fd).has_value());
  BOOST_TEST(fcntl(fd, F_GETFD) == FD_CLOEXEC);
  close(fd);
  BOOST_TEST(!Scoreboard::Attach(fd).has_value());
}
