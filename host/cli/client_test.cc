#include "host/cli/client.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <thread>

#include "host/control/request_server.h"

using host::Ask;

namespace {

// A control socket whose server answers as `handler` does.
class Bench {
 public:
  explicit Bench(const host::RequestServer::Handler& handler) {
    BOOST_REQUIRE(mkdtemp(folder_.data()) != nullptr);
    host::Fd listener(socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path().data(), path().size());
    BOOST_REQUIRE(
        bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    BOOST_REQUIRE(listen(listener.get(), 16) == 0);
    thread_ = std::jthread([this, handler, fd = std::move(listener)]() mutable {
      const host::RequestServer server(
          loop_, std::move(fd), {.end = "\n", .request_bytes = 128 << 10, .fds = 4}, handler);
      loop_.Run();
    });
  }
  ~Bench() {
    loop_.Post([this] { loop_.Quit(); });
    thread_.join();
    std::filesystem::remove_all(folder_);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  std::string path() const { return folder_ + "/fnhost.sock"; }

 private:
  std::string folder_ = "/tmp/fnhost-client-XXXXXX";
  host::EventLoop loop_;
  std::jthread thread_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_long_line_and_its_descriptors_arrive_and_the_answer_comes_back) {
  const Bench bench([](const host::Incoming& request, const host::Reply& reply) {
    reply(std::to_string(request.text ? request.text->size() : 0) + " " +
          std::to_string(request.fds.size()) + "\n");
  });
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const auto answer = Ask(bench.path(), std::string(100'000, 'x'), {fd, fd});
  close(fd);
  BOOST_REQUIRE_EQUAL(answer ? "" : answer.error(), "");
  BOOST_TEST(*answer == "100001 2");
}

BOOST_AUTO_TEST_CASE(an_answer_that_does_not_come_in_time_is_told_with_the_time) {
  std::optional<host::Reply> kept;
  const Bench bench([&](const host::Incoming&, const host::Reply& reply) { kept = reply; });
  const auto answer = Ask(bench.path(), "{}", {}, std::chrono::milliseconds(50));
  BOOST_REQUIRE(!answer.has_value());
  BOOST_TEST(answer.error() == bench.path() + ": no answer in 0.05 s");
}

BOOST_AUTO_TEST_CASE(a_host_that_closes_without_an_answer_and_one_that_is_not_there_are_told) {
  const Bench bench([](const host::Incoming&, const host::Reply&) {});
  const auto closed = Ask(bench.path(), "{}");
  BOOST_REQUIRE(!closed.has_value());
  BOOST_TEST(closed.error().ends_with(": the host closed the connection; ask again"));
  const auto none = Ask("/tmp/none/fnhost.sock", "{}");
  BOOST_REQUIRE(!none.has_value());
  BOOST_TEST(none.error().ends_with("; no host is running there"));
}
