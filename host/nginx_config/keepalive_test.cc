// Functions that leave at the worst moment, behind a real NGINX: what becomes of the request.

#include <atomic>
#include <boost/test/unit_test.hpp>

#include "host/nginx_config/site_test_support.h"

namespace {

using host::testing::MakeManifest;
using host::testing::Site;

// A function that closes a connection when request number `answers` + 1 comes on it: what a worker
// that leaves does to NGINX at the worst moment.
class Leaving {
 public:
  Leaving(const std::string& socket, int answers)
      : function_(socket, [this, answers](const std::string&, int before) {
          ++requests_;
          return before == answers ? std::nullopt
                                   : std::optional<std::string>("Content-Type: text/plain\r\n\r\n");
        }) {}
  int requests() const { return requests_; }

 private:
  std::atomic<int> requests_ = 0;
  host::testing::FakeFunction function_;
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
  const auto put = MakeManifest("note", {"PUT"}, "/note");
  const auto remove = MakeManifest("note", {"DELETE"}, "/note");
  auto safe = MakeManifest("note", {"POST"}, "/note");
  safe.repeat_safe = true;
  for (const auto& manifest : {put, remove, safe}) {
    Site site({manifest}, "");
    Leaving note(site.SocketOf("note"), 1);
    BOOST_TEST(Answered(site, manifest.routes[0].methods[0]) == kRequests);
    BOOST_TEST(note.requests() > kRequests);  // some went out on a connection that then closed
  }
}

BOOST_AUTO_TEST_CASE(a9_dead_answers_do_not_put_a_function_out) {
  Site site({MakeManifest("note", {"GET", "POST"}, "/note")}, "");  // has a line for each try
  std::atomic<int> dead = 8;                                        // two requests, four tries each
  const host::testing::FakeFunction note(site.SocketOf("note"), [&](const std::string&, int) {
    return dead-- > 0 ? std::nullopt
                      : std::optional<std::string>("Content-Type: text/plain\r\n\r\n");
  });
  for (int i = 0; i < 2; ++i) BOOST_TEST(site.Get("/note").status == 502);
  for (int i = 0; i < 10; ++i) BOOST_TEST(site.Get("/note").status == 200);
}

BOOST_AUTO_TEST_CASE(b3_a_request_that_kills_its_worker_is_not_tried_without_end) {
  Site site({MakeManifest("note", {"GET"}, "/note")}, "");
  Leaving note(site.SocketOf("note"), 0);
  BOOST_TEST(site.Get("/note").status == 502);
  BOOST_TEST(note.requests() == 4);
}
