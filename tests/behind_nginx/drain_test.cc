// Workers that are replaced under load, behind a real NGINX: no request fails, and none runs twice,
// whether NGINX may send it again or not. FNHOST_TEST_SWAPS asks for more replacements.

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "host/nginx_config/site_test_support.h"
#include "host/supervisor/spawn.h"

namespace {

using host::testing::MakeManifest;
using host::testing::Site;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr char kFunction[] = "tests/behind_nginx/noting_function";
constexpr int kThreads = 4;
constexpr int kClients = 4;

int Swaps() {
  const char* more = std::getenv("FNHOST_TEST_SWAPS");
  return more == nullptr ? 8 : std::atoi(more);
}

// A pool as the supervisor has it: the listening socket stays, workers come and go.
class Pool {
 public:
  Pool(const Site& site, const host::Manifest& manifest)
      : notes_(site.SocketOf("notes") + ".txt"),
        listening_(host::testing::Listen(site.SocketOf("notes"))) {
    environment_ = {
        {"NOTES_FILE", notes_},
        {"FNHOST_PROTOCOL", manifest.protocol == host::Protocol::kUwsgi ? "uwsgi" : "fastcgi"},
        {"FNHOST_THREADS", std::to_string(kThreads)},
        {"FNHOST_READY_FD", std::to_string(host::kReadyFd)},
        {"FNHOST_SCOREBOARD_FD", std::to_string(host::kScoreboardFd)}};
    worker_ = Start();
  }
  ~Pool() {
    kill(worker_, SIGKILL);
    waitpid(worker_, nullptr, 0);
    close(listening_);
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // The new one is ready before the old one is asked to leave. Returns how long that took to leave.
  std::chrono::milliseconds Swap() {
    const pid_t old = std::exchange(worker_, Start());
    const auto start = steady_clock::now();
    kill(old, SIGTERM);
    int status = 0;
    waitpid(old, &status, 0);
    BOOST_TEST(status == 0);
    return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - start);
  }

  std::multiset<std::string> Notes() const {
    std::multiset<std::string> notes;
    std::ifstream file(notes_);
    for (std::string line; std::getline(file, line);) notes.insert(line);
    return notes;
  }

 private:
  pid_t Start() const {
    auto process = host::Spawn(kFunction, environment_, listening_, kThreads, 1s);
    BOOST_REQUIRE(process.has_value());
    pollfd ready{process->ready.get(), POLLIN, 0};
    char byte = 0;
    BOOST_REQUIRE(poll(&ready, 1, 20'000) == 1);
    BOOST_REQUIRE(read(ready.fd, &byte, 1) == 1);
    return process->pid;
  }

  std::string notes_;
  int listening_;
  host::Variables environment_;
  pid_t worker_ = -1;
};

void Check(const host::Manifest& manifest) {
  const Site site({manifest}, "");
  Pool pool(site, manifest);
  BOOST_TEST_REQUIRE(site.Send("/notes", {.method = "POST", .body = "first"}).status == 200);
  std::atomic<bool> over{false};
  std::mutex mutex;
  std::map<long, int> answers;  // by status
  std::set<std::string> sent{"first"};
  std::vector<std::jthread> clients;
  for (int client = 0; client < kClients; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; !over; ++i) {
        const std::string body = std::to_string(client) + "." + std::to_string(i);
        const auto answer = site.Send("/notes", {.method = "POST", .body = body});
        const std::lock_guard lock(mutex);
        ++answers[answer.body == body ? answer.status : 0];
        sent.insert(body);
      }
    });
  }
  std::chrono::milliseconds longest{};
  for (int i = 0; i < Swaps(); ++i) longest = std::max(longest, pool.Swap());
  over = true;
  clients.clear();
  const auto notes = pool.Notes();
  BOOST_TEST_MESSAGE(sent.size() << " POSTs over " << Swaps()
                                 << " replacements; the slowest worker "
                                 << "took " << longest.count() << " ms to leave");
  for (const auto& [status, count] : answers)
    BOOST_TEST(status == 200, count << " answers of status " << status);
  BOOST_TEST(notes.size() == sent.size());
  BOOST_TEST((std::set<std::string>(notes.begin(), notes.end()) == sent));
}

host::Manifest Notes(host::Protocol protocol, bool repeat_safe) {
  host::Manifest manifest = MakeManifest("notes", {"POST"}, "/notes");
  manifest.protocol = protocol;
  manifest.repeat_safe = repeat_safe;
  return manifest;
}

}  // namespace

BOOST_AUTO_TEST_CASE(b2_replaced_workers_lose_no_write_that_nginx_must_not_send_again) {
  Check(Notes(host::Protocol::kFastcgi, false));
}

BOOST_AUTO_TEST_CASE(b2_replaced_workers_lose_no_write_on_kept_connections) {
  Check(Notes(host::Protocol::kFastcgi, true));
}

BOOST_AUTO_TEST_CASE(b2_replaced_workers_lose_no_write_over_uwsgi) {
  Check(Notes(host::Protocol::kUwsgi, false));
}
