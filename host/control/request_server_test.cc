#include "host/control/request_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace {

// A server on a loopback port, its loop in a thread of its own.
class Bench {
 public:
  explicit Bench(host::RequestLimits limits) {
    host::Fd listener(socket(AF_INET, SOCK_STREAM, 0));
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    BOOST_REQUIRE(bind(listener.get(), reinterpret_cast<sockaddr*>(&address_), size) == 0);
    BOOST_REQUIRE(listen(listener.get(), 16) == 0);
    getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address_), &size);
    int ends[2];
    BOOST_REQUIRE(pipe(ends) == 0);
    stop_read_ = host::Fd(ends[0]);
    stop_write_ = host::Fd(ends[1]);
    thread_ = std::jthread([this, limits, fd = std::move(listener)]() mutable {
      host::EventLoop loop;
      const host::RequestServer server(loop, std::move(fd), limits, [](auto request) {
        return request ? "got " + std::string(*request) : std::string("too long");
      });
      loop.Watch(stop_read_.get(), 1, [&](uint32_t) { loop.Quit(); });
      loop.Run();
    });
  }
  ~Bench() { stop_write_.Close(); }

  host::Fd Connect(const std::string& send_text = "") const {
    host::Fd fd(socket(AF_INET, SOCK_STREAM, 0));
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    BOOST_REQUIRE(
        connect(fd.get(), reinterpret_cast<const sockaddr*>(&address_), sizeof address_) == 0);
    send(fd.get(), send_text.data(), send_text.size(), MSG_NOSIGNAL);
    return fd;
  }

 private:
  sockaddr_in address_{};
  host::Fd stop_read_;
  host::Fd stop_write_;
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
  const Bench bench({.end = "\n", .deadline = std::chrono::milliseconds(50)});
  BOOST_TEST(ReadToEnd(bench.Connect("half")) == "");
}

BOOST_AUTO_TEST_CASE(silent_clients_cannot_keep_others_out) {
  const Bench bench({.end = "\n", .connections = 3, .deadline = std::chrono::minutes(1)});
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
