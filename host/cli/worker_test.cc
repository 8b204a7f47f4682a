// `fnhost worker` as a container's first process: told by its environment and a few flags, probed,
// drained.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <expected>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "host/cli/fnhost_test_support.h"
#include "host/wire/client/call.h"

namespace fs = std::filesystem;
using host::testing::Contains;
using host::testing::Ended;
using host::testing::Eventually;
using host::testing::Fnhost;
using host::testing::TestHost;

namespace {

// A worker of one function that a TestHost has the folder of; its log is the TestHost's.
class Worker {
 public:
  Worker(const TestHost& host, const std::string& function,
         const std::vector<std::string>& variables = {})
      : host_(host), socket_(host.path() + "/" + function + ".sock") {
    std::vector<std::string> words = {"host/cli/fnhost", "worker",
                                      "--function",      host.path() + "/functions/" + function,
                                      "--listen",        "unix://" + socket_,
                                      "--metrics",       Metrics(),
                                      "--run-dir",       host.run_dir()};
    pid_ = fork();
    if (pid_ != 0) return;
    dup2(open((host.path() + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), 2);
    for (const std::string& each : variables) putenv(const_cast<char*>(each.c_str()));
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  ~Worker() {
    if (pid_ > 0) kill(pid_, SIGKILL);
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
  }
  Worker(const Worker&) = delete;

  std::string Metrics() const { return "127.0.0.1:" + std::to_string(host_.port()); }
  bool Ready() const {
    return Eventually([&] { return Contains(host_.Get("/readyz"), "HTTP/1.1 200 OK"); });
  }
  Ended Probe(const std::string& what) const {
    return Fnhost("worker --probe " + what + " --metrics " + Metrics());
  }
  std::expected<host::wire::CallAnswer, std::string> Call(int ms) const {
    return host::wire::CallFunction(socket_, host::wire::Protocol::kFastcgi,
                                    {{"REQUEST_METHOD", "GET"},
                                     {"DOCUMENT_URI", "/kettle"},
                                     {"REQUEST_URI", "/kettle?ms=" + std::to_string(ms)},
                                     {"QUERY_STRING", "ms=" + std::to_string(ms)},
                                     {"REQUEST_ID", "0123456789abcdef0123456789abcdef"},
                                     {"CONTENT_LENGTH", ""},
                                     {"SERVER_PROTOCOL", "HTTP/1.1"}},
                                    "", std::chrono::seconds(10));
  }
  void Terminate() const { kill(pid_, SIGTERM); }
  int Wait() {
    int status = 0;
    if (!Eventually([&] { return waitpid(pid_, &status, WNOHANG) == pid_; })) return -1;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
  const std::string& socket() const { return socket_; }

 private:
  const TestHost& host_;
  const std::string socket_;
  pid_t pid_ = -1;
};

}  // namespace

BOOST_AUTO_TEST_CASE(one_function_serves_at_its_address_without_a_configuration) {
  TestHost host;
  host.AddServing("kettle", 2);
  Worker worker(host, "kettle");
  BOOST_REQUIRE_MESSAGE(worker.Ready(), host.Log());
  const auto answer = worker.Call(0);
  BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error()));
  BOOST_TEST(answer->answer.status == 200);
  BOOST_TEST(Contains(host.Get("/metrics"), "fnhost_workers{function=\"kettle\""));
  // Nobody keeps anything for a later one: there is no other process beside the workers.
  BOOST_TEST(!fs::exists(host.run_dir() + "/keeper.sock"));
  BOOST_TEST(!fs::exists(host.run_dir() + "/kettle.sock"));
  worker.Terminate();
  BOOST_TEST(worker.Wait() == 0);
  BOOST_TEST(!fs::exists(worker.socket()));
  BOOST_TEST(host.Workers().empty());
}

BOOST_AUTO_TEST_CASE(a_function_gets_the_environment_but_what_is_fnhosts_own) {
  TestHost host;
  host.AddServing("kettle", 1);
  Worker worker(host, "kettle",
                {"GREETING_FILE=/run/secrets/greeting", "FNHOST_GRACE_MS=2000",
                 "FNHOST_COMMIT=0123456789ab"});
  BOOST_REQUIRE_MESSAGE(worker.Ready(), host.Log());
  const auto workers = host.Workers();
  BOOST_REQUIRE(workers.size() == 1u);
  std::string line = "tr '\\0' '\\n' < /proc/" + std::to_string(workers[0]) + "/environ";
  std::string text;
  FILE* pipe = popen(line.c_str(), "r");
  char buffer[4096];
  while (const size_t size = fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, size);
  pclose(pipe);
  BOOST_TEST(Contains(text, "GREETING_FILE=/run/secrets/greeting\n"));
  BOOST_TEST(Contains(text, "FNHOST_COMMIT=0123456789ab\n"));
  BOOST_TEST(!Contains(text, "FNHOST_GRACE_MS"));
}

BOOST_AUTO_TEST_CASE(probes_say_yes_or_no_by_their_exit_code_and_why_in_a_line) {
  TestHost host;
  host.AddServing("kettle", 1);
  Worker worker(host, "kettle", {"FNHOST_DRAIN_DELAY_MS=60000"});
  BOOST_REQUIRE_MESSAGE(worker.Ready(), host.Log());
  for (const char* what : {"live", "ready"}) {
    const Ended ended = worker.Probe(what);
    BOOST_TEST(ended.exit == 0, ended.text);
    BOOST_TEST(ended.text == "");
  }
  worker.Terminate();
  BOOST_TEST(Eventually([&] { return worker.Probe("ready").exit == 1; }));
  BOOST_TEST(worker.Probe("ready").text.starts_with("fnhost: not ready: "));
  BOOST_TEST(worker.Probe("live").exit == 0);
  worker.Terminate();  // a second one does not wait
  BOOST_TEST(worker.Wait() == 0);
  BOOST_TEST(worker.Probe("live").exit == 1);
  BOOST_TEST(worker.Probe("nothing").exit == 2);
}

BOOST_AUTO_TEST_CASE(for_the_delay_all_goes_on_and_then_what_began_is_finished) {
  TestHost host;
  host.AddServing("kettle", 1);
  Worker worker(host, "kettle", {"FNHOST_DRAIN_DELAY_MS=300"});
  BOOST_REQUIRE_MESSAGE(worker.Ready(), host.Log());
  worker.Terminate();
  BOOST_REQUIRE(Eventually([&] { return Contains(host.Get("/readyz"), "HTTP/1.1 503"); }));
  BOOST_TEST(worker.Call(0).has_value());  // somebody had not heard of it yet
  // This one is answered after the delay has ended.
  const auto answer = worker.Call(500);
  BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error()));
  BOOST_TEST(answer->answer.status == 200);
  BOOST_TEST(worker.Wait() == 0);
}

BOOST_AUTO_TEST_CASE(the_next_one_takes_the_address_over_and_no_request_fails) {
  TestHost host;
  host.AddServing("kettle", 1);
  TestHost next_host;
  next_host.AddServing("kettle", 1);
  Worker worker(host, "kettle");
  BOOST_REQUIRE_MESSAGE(worker.Ready(), host.Log());
  std::atomic<bool> going = true;
  std::atomic<int> answered = 0;
  std::vector<std::string> failed;
  std::jthread client([&] {
    while (going) {
      const auto answer = worker.Call(1);
      if (answer && answer->answer.status == 200) {
        ++answered;
      } else {
        failed.push_back(answer ? std::to_string(answer->answer.status) : answer.error());
      }
    }
  });
  BOOST_TEST(Eventually([&] { return answered > 50; }));
  // The same socket, another run dir.
  const std::string words = "worker --function " + next_host.path() +
                            "/functions/kettle --listen unix://" + worker.socket() +
                            " --metrics 127.0.0.1:" + std::to_string(next_host.port()) +
                            " --run-dir " + next_host.run_dir();
  std::jthread next([&] { BOOST_TEST(Fnhost(words).exit == 0); });
  BOOST_TEST(Eventually([&] { return next_host.Function("kettle").ready == 1; }));
  worker.Terminate();
  BOOST_TEST(worker.Wait() == 0);
  const int before = answered;
  BOOST_TEST(Eventually([&] { return answered > before + 50; }));
  going = false;
  client.join();
  BOOST_TEST(failed == std::vector<std::string>{}, boost::test_tools::per_element());
  BOOST_REQUIRE(next_host.Status().pid > 0);
  kill(static_cast<pid_t>(next_host.Status().pid), SIGTERM);
}

BOOST_AUTO_TEST_CASE(faults_are_told_and_end_it) {
  TestHost host;
  host.AddServing("kettle", 1);
  const std::string function = " --function " + host.path() + "/functions/kettle";
  BOOST_TEST(Fnhost("worker").exit == 2);
  const Ended address = Fnhost("worker" + function + " --listen localhost:9000");
  BOOST_TEST(address.exit == 1);
  BOOST_TEST(Contains(address.text, "--listen must be an address and a port or a socket's path"));
  BOOST_TEST(Contains(Fnhost("worker --function /nowhere/kettle").text, "function.json"));
  BOOST_TEST(Contains(Fnhost("worker" + function + " --run-dir /proc/nothing").text,
                      "cannot make the folder"));
}
