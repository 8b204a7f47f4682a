// More requests than threads, over both protocols (BEHAVIOURS A8), and more connections than the
// worker may have open (B7).

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "host/function/admission.h"
#include "host/function/loop_test_support.h"
#include "host/testing/fastcgi_client.h"
#include "host/testing/uwsgi_client.h"

using namespace host;
using namespace host::testing;
using namespace std::chrono_literals;
using std::chrono::steady_clock;
using wire::Protocol;

namespace {

constexpr std::array kBoth = {Protocol::kFastcgi, Protocol::kUwsgi};

// One request on a connection of its own.
class Asking {
 public:
  Asking(const Served& served, const std::string& path, const std::string& body = "")
      : fastcgi_(served.settings.protocol == Protocol::kFastcgi
                     ? std::make_unique<FastcgiClient>(served.path)
                     : nullptr),
        uwsgi_(fastcgi_ ? nullptr : std::make_unique<UwsgiClient>(served.path)) {
    const Pairs head = Head(body.empty() ? "GET" : "POST", path);
    fastcgi_ ? fastcgi_->Send(RequestBytes(head, body))
             : uwsgi_->Send(UwsgiRequestBytes(head, body));
  }
  std::string Answer() { return fastcgi_ ? fastcgi_->ReadAnswer() : uwsgi_->ReadAnswer(); }
  void Leave() {
    fastcgi_.reset();
    uwsgi_.reset();
  }

 private:
  std::unique_ptr<FastcgiClient> fastcgi_;
  std::unique_ptr<UwsgiClient> uwsgi_;
};

// A handler that works on each request below /held until it is let go on.
struct Held {
  Handler handler() {
    return [this](const Request& request, Context&) {
      ++begun;
      if (request.path().starts_with("/held")) go_on.wait();
      return Response::Text(200, "text/plain", request.path());
    };
  }
  std::atomic<int> begun{0};
  std::latch go_on{1};
};

void WaitFor(const std::function<bool()>& condition) {
  while (!condition()) std::this_thread::yield();
}

void CheckShed(const std::string& answer) {
  BOOST_TEST(answer.starts_with("Status: 503 Service Unavailable\r\n"), answer);
  BOOST_TEST(answer.find("Retry-After: 1\r\n") != std::string::npos);
  BOOST_TEST(answer.find("Content-Type: application/problem+json\r\n") != std::string::npos);
  BOOST_TEST(answer.find("X-Request-ID: r1\r\n") != std::string::npos);
  BOOST_TEST(answer.find(R"("request_id":"r1")") != std::string::npos);
}

long Switches() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_nvcsw;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a8_while_all_threads_are_busy_some_wait_and_the_rest_is_503_at_once) {
  for (const Protocol protocol : kBoth) {
    Held held;
    Served served(held.handler(), {.protocol = protocol,
                                   .threads = 2,
                                   .timeout = 100s,  // so that time plays no part here
                                   .max_connections = 16});
    std::vector<std::unique_ptr<Asking>> busy;
    for (int i = 0; i < 2; ++i) busy.push_back(std::make_unique<Asking>(served, "/held"));
    WaitFor([&] { return held.begun == 2; });
    std::vector<std::unique_ptr<Asking>> waiting;
    for (int i = 0; i < 8; ++i)
      waiting.push_back(std::make_unique<Asking>(served, "/waits", std::string(i * 1000, 'b')));
    WaitFor([&] { return served.loop.load().waiting == 8; });
    // Bodies of all sizes: one that does not fit into the socket's buffer is given up half-sent.
    for (const size_t size : {0, 10, 60'000, 100'000})
      CheckShed(Asking(served, "/shed", std::string(size, 'b')).Answer());
    BOOST_TEST(held.begun == 2);
    BOOST_TEST(served.loop.load().waiting == 8);
    held.go_on.count_down();
    for (const auto& one : busy) BOOST_TEST(Body(one->Answer()) == "/held");
    for (const auto& one : waiting) BOOST_TEST(Body(one->Answer()) == "/waits");
    BOOST_TEST(held.begun == 10);
    BOOST_TEST(served.loop.load().waiting == 0);
    const Counters counters = served.loop.counters();
    BOOST_TEST(counters.shed == 4);
    BOOST_TEST((counters.answers.at({"POST", 503})) == 3);
    BOOST_TEST((counters.answers.at({"GET", 503})) == 1);
  }
}

BOOST_AUTO_TEST_CASE(a8_a_kept_connection_outlives_its_503) {
  Held held;
  Served served(held.handler(), {.threads = 1, .timeout = 100s, .max_connections = 6});
  FastcgiClient kept(served.path);
  const auto ask = [&](const std::string& path) {
    kept.Send(RequestBytes(Head("POST", path), "body"));
    return kept.ReadAnswer();
  };
  BOOST_TEST(Body(ask("/before")) == "/before");
  Asking busy(served, "/held");
  WaitFor([&] { return held.begun == 2; });
  std::vector<std::unique_ptr<Asking>> waiting;
  for (int i = 0; i < 3; ++i) waiting.push_back(std::make_unique<Asking>(served, "/waits"));
  WaitFor([&] { return served.loop.load().waiting == 3; });
  CheckShed(ask("/shed"));
  CheckShed(ask("/shed"));
  held.go_on.count_down();
  for (const auto& one : waiting) BOOST_TEST(Body(one->Answer()) == "/waits");
  BOOST_TEST(Body(ask("/after")) == "/after");
}

BOOST_AUTO_TEST_CASE(a8_a_request_that_waited_too_long_is_503_and_never_begun) {
  for (const Protocol protocol : kBoth) {
    Held held;
    Served served(held.handler(), {.protocol = protocol, .threads = 1, .timeout = 500ms});
    Asking busy(served, "/held");
    WaitFor([&] { return held.begun == 1; });
    const auto start = steady_clock::now();
    CheckShed(Asking(served, "/waits").Answer());
    BOOST_TEST((steady_clock::now() - start >= 125ms));  // a quarter of the time limit
    held.go_on.count_down();
    BOOST_TEST(Body(busy.Answer()) == "/held");  // late, but done
    BOOST_TEST(Body(Asking(served, "/after").Answer()) == "/after");
    BOOST_TEST(held.begun == 2);
  }
}

BOOST_AUTO_TEST_CASE(a8_who_leaves_the_line_is_not_begun) {
  Held held;
  Served served(held.handler(), {.threads = 1, .timeout = 100s});
  Asking busy(served, "/held");
  WaitFor([&] { return held.begun == 1; });
  Asking leaves(served, "/leaves");
  Asking stays(served, "/stays");
  WaitFor([&] { return served.loop.load().waiting == 2; });
  leaves.Leave();
  held.go_on.count_down();
  BOOST_TEST(Body(stays.Answer()) == "/stays");
  BOOST_TEST(Body(busy.Answer()) == "/held");
  WaitFor([&] { return served.loop.load().connections == 2; });
  BOOST_TEST(held.begun == 2);
}

BOOST_AUTO_TEST_CASE(what_waits_when_draining_begins_is_answered) {
  for (const Protocol protocol : kBoth) {
    Held held;
    Served served(held.handler(), {.protocol = protocol, .threads = 1, .timeout = 100s});
    Asking busy(served, "/held");
    WaitFor([&] { return held.begun == 1; });
    std::vector<std::unique_ptr<Asking>> waiting;
    for (int i = 0; i < 5; ++i)
      waiting.push_back(std::make_unique<Asking>(served, "/waits", std::string(i * 1000, 'b')));
    WaitFor([&] { return served.loop.load().waiting == 5; });
    served.loop.StopAccepting();
    held.go_on.count_down();
    BOOST_TEST(Body(busy.Answer()) == "/held");
    for (const auto& one : waiting) BOOST_TEST(Body(one->Answer()) == "/waits");
    WaitFor([&] { return served.loop.load().connections == 0; });
  }
}

// Six times as many clients as find a place, each coming again at once: what is begun is begun in
// time, and the threads work on good answers all the while.
BOOST_AUTO_TEST_CASE(a8_under_six_times_its_capacity_a_worker_does_its_work_and_refuses_the_rest) {
  constexpr int kThreads = 4;
  constexpr auto kCost = 10ms;
  constexpr auto kTimeout = 100ms;
  constexpr auto kTime = 1s;
  for (const Protocol protocol : kBoth) {
    std::atomic<int> begun_late{0};
    Served served(
        [&](const Request& request, Context&) {
          if (steady_clock::now() >= request.deadline()) ++begun_late;
          std::this_thread::sleep_for(kCost);
          return Response::NoContent();
        },
        {.protocol = protocol, .threads = kThreads, .timeout = kTimeout});
    std::atomic<int> good{0};
    std::atomic<int> others{0};
    std::mutex mutex;
    std::vector<steady_clock::duration> refused;
    const auto end = steady_clock::now() + kTime;
    {
      std::vector<std::jthread> clients;
      for (int i = 0; i < 6 * 12; ++i) {
        clients.emplace_back([&] {
          while (steady_clock::now() < end) {
            const auto start = steady_clock::now();
            const std::string answer = Asking(served, "/").Answer();
            if (answer.starts_with("Status: 204")) {
              ++good;
            } else if (answer.starts_with("Status: 503")) {
              const std::lock_guard lock(mutex);
              refused.push_back(steady_clock::now() - start);
            } else {
              ++others;
            }
            std::this_thread::sleep_for(kCost);
          }
        });
      }
    }
    const int capacity = kThreads * static_cast<int>(kTime / kCost);
    BOOST_TEST_MESSAGE(good << " of " << capacity << " answered well, " << refused.size()
                            << " refused");
    BOOST_TEST(others == 0);
    BOOST_TEST(begun_late == 0);
    BOOST_TEST(good > capacity / 2);
    BOOST_TEST_REQUIRE(refused.size() > static_cast<size_t>(capacity));
    std::ranges::sort(refused);
    BOOST_TEST((refused[refused.size() / 2] < kTimeout / 2));
  }
}

BOOST_AUTO_TEST_CASE(a8_how_many_may_wait_follows_from_how_long_requests_take) {
  Admission admission(4, 5s, 100);
  BOOST_TEST(admission.Admits(99, 0s));  // nothing is known yet
  BOOST_TEST(!admission.Admits(100, 0s));
  for (int i = 0; i < 200; ++i) admission.Took(100ms);
  BOOST_TEST(admission.Admits(39, 0s));  // a second's worth: 10 a second by each of 4 threads
  BOOST_TEST(!admission.Admits(41, 0s));
  BOOST_TEST(!admission.Admits(5, 1s));  // the threads hang
  BOOST_TEST(admission.Admits(0, 1h));   // one may always wait
  for (int i = 0; i < 200; ++i) admission.Took(1ms);
  BOOST_TEST(admission.Admits(99, 0s));
}

BOOST_AUTO_TEST_CASE(b7_connections_beyond_the_most_wait_at_no_cost_until_one_ends) {
  Served served(Echo, {.threads = 2, .max_connections = 2});
  auto first = std::make_unique<Asking>(served, "/1");
  BOOST_TEST(Body(first->Answer()) == "GET /1 ");
  Asking second(served, "/2");
  BOOST_TEST(Body(second.Answer()) == "GET /2 ");
  Asking third(served, "/3");
  const long before = Switches();
  std::this_thread::sleep_for(300ms);  // the time that is measured
  BOOST_TEST(Switches() - before < 20);
  BOOST_TEST(served.loop.load().requests == 2);
  first.reset();
  BOOST_TEST(Body(third.Answer()) == "GET /3 ");
}

BOOST_AUTO_TEST_CASE(b7_without_descriptors_a_worker_says_so_once_serves_on_and_recovers) {
  Served served(Echo, {.threads = 2});
  FastcgiClient kept(served.path);
  kept.Send(RequestBytes(Head("GET", "/1")));
  BOOST_TEST(Body(kept.ReadAnswer()) == "GET /1 ");

  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  std::vector<int> taken;
  for (int fd = dup(0); fd >= 0; fd = fd < 200 ? dup(0) : -1) taken.push_back(fd);
  const rlimit low{static_cast<rlim_t>(taken.back()) + 1, limit.rlim_max};
  BOOST_TEST_REQUIRE(setrlimit(RLIMIT_NOFILE, &low) == 0);
  close(taken.back());
  taken.pop_back();
  Asking waits(served, "/2");  // has the last descriptor
  WaitFor([&] { return served.Logged().find("limit of open files") != std::string::npos; });
  const long before = Switches();
  for (int i = 0; i < 10; ++i) {
    kept.Send(RequestBytes(Head("GET", "/kept")));
    BOOST_TEST(Body(kept.ReadAnswer()) == "GET /kept ");
  }
  std::this_thread::sleep_for(200ms);  // the time that is measured
  BOOST_TEST(Switches() - before < 100);
  const std::string log = served.Logged();
  BOOST_TEST(std::ranges::count(log, '\n') <= 2, log);

  for (const int fd : taken) close(fd);
  setrlimit(RLIMIT_NOFILE, &limit);
  BOOST_TEST(Body(waits.Answer()) == "GET /2 ");
}
