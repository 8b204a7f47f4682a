// Functions that leave at the worst moment, behind a real NGINX: what becomes of the request.

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <mutex>
#include <thread>

#include "host/nginx_config/site_test_support.h"
#include "host/wire/client/fastcgi.h"

namespace {

using host::testing::MakeManifest;
using host::testing::Site;

// Reads one FastCGI request whole: up to the empty STDIN record. False when the connection ends.
bool ReadRequest(int fd) {
  while (true) {
    unsigned char head[8];
    if (recv(fd, head, sizeof head, MSG_WAITALL) != sizeof head) return false;
    std::string content(static_cast<size_t>(head[4] << 8 | head[5]) + head[6], '\0');
    if (!content.empty() && recv(fd, content.data(), content.size(), MSG_WAITALL) <= 0) {
      return false;
    }
    if (head[1] == 5 && (head[4] | head[5]) == 0) return true;
  }
}

// A function that closes a connection when request number `answers` + 1 comes on it: what a worker
// that leaves does to NGINX at the worst moment.
class Leaving {
 public:
  Leaving(const std::string& socket, int answers)
      : listener_(host::testing::Listen(socket)),
        answers_(answers),
        thread_([this] { Accept(); }) {}
  ~Leaving() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : fds_) shutdown(fd, SHUT_RDWR);
    }
    for (auto& thread : connections_) thread.join();
    close(listener_);
  }
  Leaving(const Leaving&) = delete;
  Leaving& operator=(const Leaving&) = delete;

  int requests() const { return requests_; }

 private:
  void Accept() {
    for (int fd = accept(listener_, nullptr, nullptr); fd >= 0;
         fd = accept(listener_, nullptr, nullptr)) {
      const std::lock_guard lock(mutex_);
      fds_.push_back(fd);
      connections_.emplace_back([this, fd] { Serve(fd); });
    }
  }

  void Serve(int fd) {
    using host::wire::FastcgiRecord;
    const std::string answer = FastcgiRecord(6, 1, "Content-Type: text/plain\r\n\r\nyes") +
                               FastcgiRecord(6, 1, "") + FastcgiRecord(3, 1, std::string(8, '\0'));
    for (int served = 0; ReadRequest(fd); ++served) {
      ++requests_;
      if (served == answers_) break;
      (void)!write(fd, answer.data(), answer.size());
    }
    shutdown(fd, SHUT_RDWR);  // closed by its number's owner, ~Leaving would meet another's
    const std::lock_guard lock(mutex_);
    std::erase(fds_, fd);
    close(fd);
  }

  const int listener_;
  const int answers_;
  std::atomic<int> requests_ = 0;
  std::mutex mutex_;
  std::vector<int> fds_;
  std::vector<std::thread> connections_;
  std::thread thread_;
};

constexpr int kRequests = 40;

int Answered(const Site& site, const std::string& method) {
  int answered = 0;
  for (int i = 0; i < kRequests; ++i) {
    answered += site.Send("/note", {.method = method, .body = "x"}).status == 200 ? 1 : 0;
  }
  return answered;
}

}  // namespace

BOOST_AUTO_TEST_CASE(b2_a_write_that_must_not_be_sent_twice_survives_a_worker_that_leaves) {
  for (const std::string method : {"POST", "PATCH"}) {
    Site site({MakeManifest("note", {"GET", method}, "/note")}, "");
    Leaving note(site.SocketOf("note"), 1);
    BOOST_TEST(Answered(site, method) == kRequests);
    BOOST_TEST(note.requests() == kRequests);  // and none was sent twice
    BOOST_TEST(Answered(site, "GET") == kRequests);
  }
}

BOOST_AUTO_TEST_CASE(a9_put_delete_and_writes_that_may_be_repeated_use_kept_connections) {
  auto put = MakeManifest("note", {"PUT"}, "/note");
  auto safe = MakeManifest("note", {"POST"}, "/note");
  safe.repeat_safe = true;
  for (const auto& manifest : {put, safe}) {
    Site site({manifest}, "");
    Leaving note(site.SocketOf("note"), 1);
    BOOST_TEST(Answered(site, manifest.routes[0].methods[0]) == kRequests);
    BOOST_TEST(note.requests() > kRequests);  // some went out on a connection that then closed
  }
}

BOOST_AUTO_TEST_CASE(b3_a_request_that_kills_its_worker_is_not_tried_without_end) {
  Site site({MakeManifest("note", {"GET"}, "/note")}, "");
  Leaving note(site.SocketOf("note"), 0);
  BOOST_TEST(site.Get("/note").status == 502);
  BOOST_TEST(note.requests() == 4);
}
