#include "host/control/request_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <future>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "host/supervisor/descriptors.h"

using host::Incoming;
using host::Reply;
using std::chrono::milliseconds;
using std::chrono::minutes;

namespace {

void Echo(const Incoming& request, const Reply& reply) {
  reply(request.text ? "got " + std::string(*request.text) : std::string("too long"));
}

// A server at an address of the kernel's choice, its loop in a thread of its own.
class Bench {
 public:
  explicit Bench(const host::RequestLimits& limits,
                 const host::RequestServer::Handler& handler = &Echo, int family = AF_INET) {
    host::Fd listener(socket(family, SOCK_STREAM, 0));
    address_.ss_family = family;
    if (family == AF_INET) {
      reinterpret_cast<sockaddr_in*>(&address_)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    size_ = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sa_family_t);
    BOOST_REQUIRE(bind(listener.get(), address(), size_) == 0);
    BOOST_REQUIRE(listen(listener.get(), 16) == 0);
    size_ = sizeof address_;
    getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address_), &size_);
    thread_ = std::jthread([this, limits, handler, fd = std::move(listener)]() mutable {
      server_.emplace(loop_, std::move(fd), limits, handler);
      loop_.Run();
      server_.reset();
    });
  }
  ~Bench() {
    loop_.Post([this] { loop_.Quit(); });
  }

  host::Fd Connect(const std::string& send_text = "", const std::vector<int>& fds = {}) const {
    host::Fd fd(socket(address_.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    BOOST_REQUIRE(connect(fd.get(), address(), size_) == 0);
    if (!send_text.empty()) host::SendFds(fd.get(), send_text, fds);
    return fd;
  }

  // Runs `task` in the loop's thread and waits for it.
  void InLoop(std::function<void()> task) {
    std::promise<void> done;
    loop_.Post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }
  void EndServer() {
    InLoop([this] { server_.reset(); });
  }

 private:
  const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&address_); }

  sockaddr_storage address_{};
  socklen_t size_ = 0;
  host::EventLoop loop_;
  std::optional<host::RequestServer> server_;  // the thread's
  std::jthread thread_;
};

// Until the server closes; "timeout" when it does not.
std::string ReadToEnd(const host::Fd& fd) {
  std::string all;
  char buffer[4096];
  for (;;) {
    const ssize_t size = recv(fd.get(), buffer, sizeof buffer, 0);
    if (size < 0 && errno == EAGAIN) return "timeout";
    if (size <= 0) return all;
    all.append(buffer, size);
  }
}

long OpenDescriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                       std::filesystem::directory_iterator());
}

// A handler that keeps its replies for later; Wait gives the next.
class Later {
 public:
  host::RequestServer::Handler handler() {
    return [this](const Incoming& request, const Reply& reply) {
      const std::lock_guard lock(mutex_);
      replies_.emplace_back(std::string(request.text.value_or("")), reply);
      came_.notify_one();
    };
  }
  std::pair<std::string, Reply> Wait() {
    std::unique_lock lock(mutex_);
    BOOST_REQUIRE(
        came_.wait_for(lock, std::chrono::seconds(10), [this] { return !replies_.empty(); }));
    auto first = std::move(replies_.front());
    replies_.erase(replies_.begin());
    return first;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::pair<std::string, Reply>> replies_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_request_in_pieces_is_answered_and_closed) {
  const Bench bench({.end = "\n"});
  const auto fd = bench.Connect("ab");
  send(fd.get(), "c\nrest", 6, 0);
  BOOST_TEST(ReadToEnd(fd) == "got abc\n");
}

BOOST_AUTO_TEST_CASE(a_request_without_an_end_is_cut_at_the_limit) {
  const Bench bench({.end = "\n", .request_bytes = 100});
  BOOST_TEST(ReadToEnd(bench.Connect(std::string(101, 'x'))) == "too long");
}

BOOST_AUTO_TEST_CASE(a_silent_client_is_closed_at_the_deadline) {
  const Bench bench({.end = "\n", .deadline = milliseconds(50)});
  BOOST_TEST(ReadToEnd(bench.Connect("half")) == "");
}

BOOST_AUTO_TEST_CASE(silent_clients_cannot_keep_others_out) {
  const Bench bench({.end = "\n", .connections = 3, .deadline = minutes(1)});
  std::vector<host::Fd> silent;
  for (int i = 0; i < 10; ++i) silent.push_back(bench.Connect());
  BOOST_TEST(ReadToEnd(bench.Connect("hello\n")) == "got hello\n");
  BOOST_TEST(ReadToEnd(silent.front()) == "");
}

BOOST_AUTO_TEST_CASE(clients_that_vanish_do_no_harm) {
  const Bench bench({.end = "\n"});
  for (int i = 0; i < 50; ++i) {
    const auto fd = bench.Connect(i % 2 == 0 ? "x\n" : "x");
    const linger now{.l_onoff = 1, .l_linger = 0};  // a reset, not a good-bye
    setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  BOOST_TEST(ReadToEnd(bench.Connect("still\n")) == "got still\n");
}

BOOST_AUTO_TEST_CASE(an_answer_may_come_later_and_others_are_served_meanwhile) {
  Later later;
  Bench bench({.end = "\n"}, later.handler());
  const auto slow = bench.Connect("slow\n");
  auto [first, reply_slow] = later.Wait();
  const auto quick = bench.Connect("quick\n");
  auto [second, reply_quick] = later.Wait();
  bench.InLoop([&] { reply_quick("two"); });
  BOOST_TEST(ReadToEnd(quick) == "two");
  bench.InLoop([&] {
    reply_slow("one");
    reply_slow("again");  // once is once
  });
  BOOST_TEST(ReadToEnd(slow) == "one");
  BOOST_TEST(first == "slow\n");
  BOOST_TEST(second == "quick\n");
}

BOOST_AUTO_TEST_CASE(a_reply_that_nobody_calls_closes_the_connection) {
  Bench bench({.end = "\n"}, [](const Incoming&, const Reply&) {});
  BOOST_TEST(ReadToEnd(bench.Connect("x\n")) == "");
  Later later;
  Bench other({.end = "\n"}, later.handler());
  const auto fd = other.Connect("x\n");
  std::optional reply(later.Wait().second);
  std::optional copy = reply;
  other.InLoop([&] { reply.reset(); });
  other.InLoop([&] { (*copy)("still"); });
  BOOST_TEST(ReadToEnd(fd) == "still");
}

BOOST_AUTO_TEST_CASE(a_client_that_hangs_up_before_its_answer_frees_its_connection_at_once) {
  Later later;
  Bench bench({.end = "\n", .answer_deadline = minutes(1)}, later.handler(), AF_UNIX);
  const long before = OpenDescriptors();
  auto gone = bench.Connect("gone\n");
  auto [text, reply] = later.Wait();
  BOOST_TEST(OpenDescriptors() == before + 2);  // both ends are this process's
  gone.Close();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (OpenDescriptors() > before && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  BOOST_TEST(OpenDescriptors() == before);
  bench.InLoop([&] { reply("to nobody"); });
}

BOOST_AUTO_TEST_CASE(a_client_that_only_ends_its_sending_still_gets_its_answer) {
  for (const int family : {AF_INET, AF_UNIX}) {
    Later later;
    Bench bench({.end = "\n"}, later.handler(), family);
    const auto fd = bench.Connect("x\n");
    shutdown(fd.get(), SHUT_WR);
    auto [text, reply] = later.Wait();
    bench.InLoop([&] { reply("yes"); });
    BOOST_TEST(ReadToEnd(fd) == "yes");
  }
}

BOOST_AUTO_TEST_CASE(the_time_for_the_answer_starts_when_the_request_is_whole) {
  Later later;
  Bench bench({.end = "\n", .deadline = milliseconds(50), .answer_deadline = minutes(1)},
              later.handler());
  const auto patient = bench.Connect("x\n");
  auto [text, reply] = later.Wait();
  // A silent client, closed at the deadline of 50 ms, shows that this has passed for both.
  BOOST_TEST(ReadToEnd(bench.Connect("half")) == "");
  bench.InLoop([&] { reply("late"); });
  BOOST_TEST(ReadToEnd(patient) == "late");
  Bench hasty({.end = "\n", .answer_deadline = milliseconds(50)}, later.handler());
  const auto fd = hasty.Connect("x\n");
  auto [again, unanswered] = later.Wait();
  BOOST_TEST(ReadToEnd(fd) == "");
  hasty.InLoop([&] { unanswered("too late"); });
}

BOOST_AUTO_TEST_CASE(a_reply_outlives_its_server) {
  Later later;
  Bench bench({.end = "\n"}, later.handler());
  const auto fd = bench.Connect("x\n");
  auto [text, reply] = later.Wait();
  bench.EndServer();
  BOOST_TEST(ReadToEnd(fd) == "");
  bench.InLoop([&] { reply("nobody"); });
}

BOOST_AUTO_TEST_CASE(who_waits_for_an_answer_is_not_closed_for_newcomers) {
  Later later;
  Bench bench({.end = "\n", .connections = 3, .deadline = minutes(1)}, later.handler());
  const auto fd = bench.Connect("x\n");
  auto [text, reply] = later.Wait();
  std::vector<host::Fd> silent;
  for (int i = 0; i < 10; ++i) silent.push_back(bench.Connect());
  BOOST_TEST(ReadToEnd(silent.front()) == "");
  bench.InLoop([&] { reply("yes"); });
  BOOST_TEST(ReadToEnd(fd) == "yes");
}

BOOST_AUTO_TEST_CASE(a_request_of_128_kib_arrives_whole_and_a_byte_more_is_refused) {
  const Bench bench({.end = "\n", .request_bytes = 128 << 10}, &Echo, AF_UNIX);
  const std::string most((128 << 10) - 1, 'x');
  BOOST_TEST((ReadToEnd(bench.Connect(most + "\n")) == "got " + most + "\n"));
  BOOST_TEST(ReadToEnd(bench.Connect(most + "x\n")) == "too long");
}

BOOST_AUTO_TEST_CASE(descriptors_come_with_a_request_where_allowed_and_no_more_than_that) {
  const auto count = [](const Incoming& request, const Reply& reply) {
    const bool good = std::ranges::all_of(
        request.fds, [](const auto& fd) { return fcntl(fd.get(), F_GETFD) == FD_CLOEXEC; });
    reply(good ? std::to_string(request.fds.size()) : "bad");
  };
  const host::Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::vector<int> six(6, null.get());
  const Bench bench({.end = "\n", .fds = 4}, count, AF_UNIX);
  BOOST_TEST(ReadToEnd(bench.Connect("x\n")) == "0");
  BOOST_TEST(ReadToEnd(bench.Connect("x\n", {null.get(), null.get()})) == "2");
  BOOST_TEST(ReadToEnd(bench.Connect("x\n", six)) == "4");
  const auto pieces = bench.Connect("x", {null.get(), null.get(), null.get()});
  host::SendFds(pieces.get(), "y\n", six);
  BOOST_TEST(ReadToEnd(pieces) == "4");
  const Bench none({.end = "\n"}, count, AF_UNIX);
  BOOST_TEST(ReadToEnd(none.Connect("x\n", six)) == "0");
}

BOOST_AUTO_TEST_CASE(an_answer_larger_than_the_sockets_buffer_arrives_whole) {
  const std::string large(3'000'000, 'y');
  const Bench bench(
      {.end = "\n"}, [&](const Incoming&, const Reply& reply) { reply(large); }, AF_UNIX);
  BOOST_TEST((ReadToEnd(bench.Connect("x\n")) == large));
}
