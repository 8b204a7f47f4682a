#include "host/wire/client/call.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "host/function/loop_test_support.h"

using namespace std::chrono_literals;
using namespace std::string_literals;
using host::testing::Head;
using host::testing::Served;
using host::wire::CallFunction;
using host::wire::ParseCgi;
using host::wire::Protocol;

namespace {

constexpr Protocol kBoth[] = {Protocol::kFastcgi, Protocol::kUwsgi};

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Takes one connection, sends `bytes` without reading, and closes or waits for the client to go.
class FakePeer {
 public:
  explicit FakePeer(std::string bytes, bool wait = false)
      : listener_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    char name[] = "/tmp/fnhost-call-XXXXXX";
    folder_ = mkdtemp(name);
    path = folder_ + "/s";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    BOOST_REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    BOOST_REQUIRE(listen(listener_, 8) == 0);
    thread_ = std::jthread([this, bytes = std::move(bytes), wait] {
      const int fd = accept(listener_, nullptr, nullptr);
      // Boost's checks are for one thread: what is not sent shows in the client's answer.
      [[maybe_unused]] const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      char buffer[4096];
      while (wait && recv(fd, buffer, sizeof buffer, 0) > 0) {
      }
      close(fd);
    });
  }
  ~FakePeer() {
    thread_.join();
    close(listener_);
    std::filesystem::remove_all(folder_);
  }
  std::string path;

 private:
  int listener_;
  std::string folder_;
  std::jthread thread_;
};

std::string FaultOf(const std::string& socket, Protocol protocol) {
  const auto answer = CallFunction(socket, protocol, Head("GET"), "", 300ms);
  return answer ? "answered" : answer.error();
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_function_of_either_protocol_is_called_and_its_answer_read) {
  for (const Protocol protocol : kBoth) {
    const Served served(host::testing::Echo, {.protocol = protocol, .threads = 2});
    const std::string body(200000, 'b');
    for (const std::string& sent : {""s, "short"s, body}) {
      const auto answer = CallFunction(served.path, protocol, Head("POST", "/p"), sent, 10s);
      BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error()));
      BOOST_TEST(answer->answer.status == 200);
      BOOST_TEST(answer->answer.reason == "OK");
      BOOST_TEST((answer->answer.body == "POST /p " + sent));
      BOOST_TEST(answer->errors.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_head_request_has_a_length_and_no_body) {
  for (const Protocol protocol : kBoth) {
    const Served served(host::testing::Echo, {.protocol = protocol, .threads = 2});
    const auto answer = CallFunction(served.path, protocol, Head("HEAD", "/p"), "", 10s);
    BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error()));
    BOOST_TEST(answer->answer.status == 200);
    BOOST_TEST(answer->answer.body.empty());
  }
}

BOOST_AUTO_TEST_CASE(nobody_there_is_said_with_the_socket) {
  for (const Protocol protocol : kBoth) {
    const auto fault = FaultOf("/nowhere/x.sock", protocol);
    BOOST_TEST(fault == "/nowhere/x.sock: No such file or directory; the function does not run");
    BOOST_TEST(Contains(FaultOf("/" + std::string(200, 'x'), protocol), "too long"));
  }
}

BOOST_AUTO_TEST_CASE(a_function_that_does_not_answer_ends_the_call_at_its_limit) {
  for (const Protocol protocol : kBoth) {
    const FakePeer silent("", true);
    const auto start = std::chrono::steady_clock::now();
    BOOST_TEST(Contains(FaultOf(silent.path, protocol), "no answer in 300 ms"));
    BOOST_TEST((std::chrono::steady_clock::now() - start >= 300ms));
  }
}

BOOST_AUTO_TEST_CASE(half_an_answer_is_none) {
  const std::string text = "Status: 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
  const FakePeer fastcgi(host::wire::FastcgiRecord(6, 1, text));
  BOOST_TEST(Contains(FaultOf(fastcgi.path, Protocol::kFastcgi), "middle of the answer"));
  const FakePeer uwsgi(text);
  BOOST_TEST(Contains(FaultOf(uwsgi.path, Protocol::kUwsgi), "middle of the answer"));
  const FakePeer nothing("");
  BOOST_TEST(Contains(FaultOf(nothing.path, Protocol::kUwsgi), "without an answer"));
  const FakePeer other("HTTP/1.1 400 Bad Request\r\n\r\n");
  BOOST_TEST(Contains(FaultOf(other.path, Protocol::kFastcgi), "does not speak FastCGI"));
}

BOOST_AUTO_TEST_CASE(the_error_stream_of_a_fastcgi_program_is_kept_apart) {
  using host::wire::FastcgiRecord;
  const FakePeer peer(FastcgiRecord(7, 1, "a warning") +
                      FastcgiRecord(6, 1, "Content-Type: text/plain\n\nbody", 5) +
                      FastcgiRecord(6, 1, "") + FastcgiRecord(3, 1, std::string(8, '\0')));
  const auto answer = CallFunction(peer.path, Protocol::kFastcgi, Head("GET"), "", 10s);
  BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error()));
  BOOST_TEST(answer->errors == "a warning");
  BOOST_TEST(answer->answer.status == 200);
  BOOST_TEST(answer->answer.body == "body");
}

BOOST_AUTO_TEST_CASE(cgi_text_is_read_in_the_forms_programs_write_it) {
  const auto plain = ParseCgi("Status: 404 Not Found\r\nX-A: 1\r\nX-A: 2\r\n\r\nno\n\nbody");
  BOOST_REQUIRE(plain.has_value());
  BOOST_TEST(plain->status == 404);
  BOOST_TEST(plain->reason == "Not Found");
  BOOST_TEST(plain->headers.size() == 2u);
  BOOST_TEST(plain->headers.at(1).second == "2");
  BOOST_TEST(plain->body == "no\n\nbody");
  const auto redirect = ParseCgi("location: /x\n\n");
  BOOST_REQUIRE(redirect.has_value());
  BOOST_TEST(redirect->status == 302);
  const auto http = ParseCgi("HTTP/1.1 201 Created\r\nA: b\r\n\r\n");
  BOOST_REQUIRE(http.has_value());
  BOOST_TEST(http->status == 201);
  BOOST_TEST(http->reason == "Created");
  for (const char* bad : {"", "no headers", "A: b\r\n", "no colon\r\n\r\n", ": x\r\n\r\n"}) {
    BOOST_TEST(!ParseCgi(bad).has_value(), bad);
  }
}
