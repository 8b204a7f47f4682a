#include "host/supervisor/slow_log.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

using namespace std::chrono_literals;
using nlohmann::json;

namespace test {

// The name is what the log must show.
__attribute__((noinline)) void BrewsCoffee() {
  for (;;) pause();
}

}  // namespace test

namespace {

// A process whose second thread is at a request for ever, as its scoreboard says.
class Worker {
 public:
  explicit Worker(bool claims_first_thread = false) {
    pid_ = fork();
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::thread thread([&] {
      auto& board = board_.thread(0);
      if (!claims_first_thread) board.Enter();
      board.Begin(std::chrono::steady_clock::now().time_since_epoch().count());
      board.Describe("POST", "/coffee", "id-7");
      board.Statement("coffee.insert");
      test::BrewsCoffee();
    });
    if (claims_first_thread) board_.thread(0).Enter();
    thread.join();
  }
  ~Worker() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Worker(const Worker&) = delete;

  host::WatchedWorker Watched() const { return {"coffee", "abc", pid_, &board_}; }
  void WaitUntilBusy() const {
    const auto end = std::chrono::steady_clock::now() + 10s;
    for (auto now = board_.ReadThreads()[0]; now.tid == 0 || now.statement.empty();
         now = board_.ReadThreads()[0]) {
      BOOST_REQUIRE((std::chrono::steady_clock::now() < end));
    }
  }
  pid_t pid() const { return pid_; }

 private:
  host::Scoreboard board_ = *host::Scoreboard::Create(1);
  pid_t pid_ = -1;
};

// The log's lines, and a loop that runs once, until something is so (or ten seconds are over).
class Bench {
 public:
  Bench() {
    char name[] = "/tmp/fnhost-slow-XXXXXX";
    close(mkstemp(name));
    path_ = name;
    fd_ = open(name, O_WRONLY | O_APPEND | O_CLOEXEC);
  }
  ~Bench() {
    close(fd_);
    unlink(path_.c_str());
  }
  std::vector<json> Lines() const {
    std::vector<json> lines;
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);) lines.push_back(json::parse(line));
    return lines;
  }
  void RunUntil(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    std::function<void()> look = [&] {
      if (condition() || std::chrono::steady_clock::now() > end) return loop.Quit();
      loop.At(std::chrono::steady_clock::now() + 1ms, look);
    };
    look();
    loop.Run();
  }

  host::EventLoop loop;
  int fd() const { return fd_; }

 private:
  std::string path_;
  int fd_ = -1;
};

bool Names(const json& line, const std::string& part) {
  return line.contains("stack") && line["stack"].dump().find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_slow_request_is_logged_while_it_runs_with_stack_statement_and_id) {
  Bench bench;
  const Worker worker;
  host::SlowLog log(bench.loop, 20ms, [&] { return std::vector{worker.Watched()}; }, bench.fd());
  bench.RunUntil([&] { return !bench.Lines().empty(); });
  const auto lines = bench.Lines();
  BOOST_REQUIRE(lines.size() == 1u);
  const json& line = lines[0];
  BOOST_TEST(line["level"] == "warning");
  BOOST_TEST(line["msg"] == "slow request");
  BOOST_TEST(line["function"] == "coffee");
  BOOST_TEST(line["revision"] == "abc");
  BOOST_TEST(line["pid"] == worker.pid());
  BOOST_TEST(line["thread"] != worker.pid());
  BOOST_TEST(line["request_id"] == "id-7");
  BOOST_TEST(line["method"] == "POST");
  BOOST_TEST(line["route"] == "/coffee");
  BOOST_TEST(line["statement"] == "coffee.insert");
  BOOST_TEST(line["duration_ms"].get<double>() >= 20);
  BOOST_TEST(Names(line, "test::BrewsCoffee()"), line.dump());
}

BOOST_AUTO_TEST_CASE(before_a_worker_is_killed_its_request_is_logged_with_the_stack) {
  Bench bench;
  const Worker worker;
  host::SlowLog log(bench.loop, 0ms, [&] { return std::vector{worker.Watched()}; }, bench.fd());
  worker.WaitUntilBusy();
  size_t lines_before_kill = 0;
  bool killed = false;
  log.Now(worker.Watched(), 0ms, [&] {
    lines_before_kill = bench.Lines().size();
    killed = true;
  });
  bench.RunUntil([&] { return killed; });
  BOOST_TEST(lines_before_kill == 1u);
  BOOST_TEST(bench.Lines().at(0)["msg"] == "request over its time limit");
  BOOST_TEST(Names(bench.Lines().at(0), "test::BrewsCoffee()"), bench.Lines().at(0).dump());
}

BOOST_AUTO_TEST_CASE(a_stopped_worker_shows_its_stack_too_and_stays_stopped) {
  Bench bench;
  const Worker worker;
  host::SlowLog log(bench.loop, 0ms, [&] { return std::vector{worker.Watched()}; }, bench.fd());
  worker.WaitUntilBusy();
  kill(worker.pid(), SIGSTOP);
  BOOST_REQUIRE(waitpid(worker.pid(), nullptr, WUNTRACED) == worker.pid());
  bool then = false;
  log.Now(worker.Watched(), 0ms, [&] { then = true; });
  bench.RunUntil([&] { return then; });
  BOOST_REQUIRE(bench.Lines().size() == 1u);
  BOOST_TEST(Names(bench.Lines().at(0), "test::BrewsCoffee()"), bench.Lines().at(0).dump());
}

BOOST_AUTO_TEST_CASE(with_no_request_over_the_limit_there_is_no_delay_and_no_line) {
  Bench bench;
  const Worker worker;
  host::SlowLog log(bench.loop, 0ms, [&] { return std::vector{worker.Watched()}; }, bench.fd());
  bool then = false;
  log.Now(worker.Watched(), 1h, [&] { then = true; });
  BOOST_TEST(then);
  BOOST_TEST(bench.Lines().empty());
}

BOOST_AUTO_TEST_CASE(where_no_stack_can_be_read_the_first_line_says_why_and_the_next_does_not) {
  Bench bench;
  const Worker worker(true);
  host::SlowLog log(bench.loop, 0ms, [&] { return std::vector{worker.Watched()}; }, bench.fd());
  worker.WaitUntilBusy();
  int logged = 0;
  const std::function<void()> again = [&] {
    if (++logged < 2) log.Now(worker.Watched(), 0ms, again);
  };
  log.Now(worker.Watched(), 0ms, again);
  bench.RunUntil([&] { return logged == 2; });
  const auto lines = bench.Lines();
  BOOST_REQUIRE(lines.size() == 2u);
  BOOST_TEST(!lines[0].contains("stack"));
  BOOST_TEST(lines[0].contains("stack_error"));
  BOOST_TEST(!lines[1].contains("stack_error"));
}
