// Mirrored routes behind a real NGINX: the monolith answers, the function practises. And what
// becomes of requests when one of the two is away.

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <mutex>

#include "host/nginx_config/monolith.h"
#include "host/nginx_config/site_test_support.h"
#include "host/routing/monolith_test_support.h"
#include "host/routing/route_table.h"

namespace {

using host::testing::Client;
using host::testing::EchoFunction;
using host::testing::FakeFunction;
using host::testing::MakeManifest;
using host::testing::OldSite;
using host::testing::Site;
using std::chrono::steady_clock;

constexpr auto kLimit = std::chrono::seconds(10);

// A function that remembers its requests, and holds its answers back while it is told to.
class Watched {
 public:
  explicit Watched(const std::string& socket)
      : function_(socket, [this](const std::string& request, int) { return Answer(request); }) {}
  ~Watched() { Hold(false); }

  void Hold(bool hold) {
    const std::lock_guard lock(mutex_);
    hold_ = hold;
    changed_.notify_all();
  }
  // The n-th request that came (from 1); "" when it does not come.
  std::string Wait(size_t n) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLimit, [&] { return requests_.size() >= n; });
    return requests_.size() >= n ? requests_[n - 1] : "";
  }
  size_t count() {
    const std::lock_guard lock(mutex_);
    return requests_.size();
  }

 private:
  std::optional<std::string> Answer(const std::string& request) {
    std::unique_lock lock(mutex_);
    requests_.push_back(request);
    changed_.notify_all();
    changed_.wait(lock, [&] { return !hold_; });
    return "Content-Type: text/plain\r\n\r\nfunction";
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool hold_ = false;
  std::vector<std::string> requests_;
  FakeFunction function_;
};

struct Running {
  explicit Running(const std::string& static_dir = "")
      : site({MakeManifest("note", {"GET", "PATCH"}, "/notes/{id:int}")}, static_dir,
             old_site.OverTcp()) {
    BOOST_REQUIRE(table.SetNames({"note"}).has_value());
    Move("mirror");
  }
  void Move(const std::string& target) {
    BOOST_REQUIRE(table.Set("note", host::ParseTarget(target).value()).has_value());
  }

  OldSite old_site;
  Site site;
  host::RouteTable table =
      host::RouteTable::Open({host::RoutesFolder(site.config()), {}, ""}).value();
};

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mirroring)

BOOST_FIXTURE_TEST_CASE(the_monolith_answers_and_the_function_gets_the_same_get_marked, Running) {
  Watched note(site.SocketOf("note"));
  const auto got = site.Send("/notes/7?q=1", {.headers = {"Accept-Language: de"}});
  BOOST_TEST(got.Header("x-old-site") == "yes");
  BOOST_TEST(got.Parameter("HTTP_X_FNHOST_MIRROR") == "");
  const std::string request = note.Wait(1);
  for (const char* part :
       {"REQUEST_METHODGET", "REQUEST_URI/notes/7?q=1", "DOCUMENT_URI/notes/7", "QUERY_STRINGq=1",
        "ROUTE_id7", "HTTP_X_FNHOST_MIRROR1", "HTTP_ACCEPT_LANGUAGEde"}) {
    BOOST_TEST(Holds(request, part), part);
  }
  BOOST_TEST(!Holds(request, "/.fnhost/"));
  Move("function");
  site.Send("/notes/8", {.headers = {"X-Fnhost-Mirror: 1"}});  // which nobody but NGINX may say
  BOOST_TEST(!Holds(note.Wait(2), "X_FNHOST_MIRROR"));
}

BOOST_FIXTURE_TEST_CASE(only_gets_are_mirrored_and_only_while_the_route_is, Running) {
  Watched note(site.SocketOf("note"));
  for (const std::string method : {"HEAD", "PATCH", "POST", "OPTIONS"}) {
    const auto got = site.Send("/notes/7", {.method = method, .body = method == "HEAD" ? "" : "x"});
    BOOST_TEST(got.Header("x-old-site") == "yes", method);
  }
  BOOST_TEST(site.Get("/old").Header("x-old-site") == "yes");
  Move("monolith");
  BOOST_TEST(site.Get("/notes/7").Header("x-old-site") == "yes");
  Move("mirror");
  site.Get("/notes/9");
  BOOST_TEST(Holds(note.Wait(1), "ROUTE_id9"));  // so nothing came before
  BOOST_TEST(note.count() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_slow_function_holds_up_nobody_for_long, Running) {
  Watched note(site.SocketOf("note"));
  note.Hold(true);
  Client client(site.config().nginx.public_port);
  const auto start = steady_clock::now();
  for (int i = 1; i <= 3; ++i) {
    BOOST_TEST(client.Send("/notes/" + std::to_string(i)).Header("x-old-site") == "yes");
  }
  const std::chrono::duration<double> took = steady_clock::now() - start;
  BOOST_TEST_MESSAGE("three requests on one connection took " << took.count() << " s");
  BOOST_TEST(took.count() < 2.0);
  BOOST_TEST(client.connections() == 1);
  BOOST_TEST(note.count() >= 2u);
}

BOOST_FIXTURE_TEST_CASE(a_function_that_is_away_is_no_matter_while_it_is_mirrored, Running) {
  Client client(site.config().nginx.public_port);
  for (int i = 0; i < 5; ++i) {
    const auto got = client.Send("/notes/7");
    BOOST_TEST(got.status == 200);
    BOOST_TEST(got.Header("x-old-site") == "yes");
  }
  Move("function");
  const auto lost = client.Send("/notes/7");
  BOOST_TEST(lost.status == 502);
  BOOST_TEST(lost.Header("content-type") == "application/problem+json");
}

BOOST_FIXTURE_TEST_CASE(a_monolith_that_is_away_looks_as_without_functions, Running) {
  old_site.Stop();
  for (const std::string target : {"mirror", "monolith"}) {
    Move(target);
    for (const std::string path : {"/notes/7", "/old"}) {
      const auto got = site.Get(path);
      BOOST_TEST(got.status == 502);
      BOOST_TEST(got.Header("content-type") == "text/html");
      BOOST_TEST(got.Header("access-control-allow-origin") == "");
    }
  }
  const EchoFunction note(site.SocketOf("note"));
  Move("function");
  BOOST_TEST(site.Get("/notes/7").Header("x-request-id") == "from-function");
}

BOOST_AUTO_TEST_CASE(static_files_that_are_not_here_are_the_monoliths) {
  std::string name = "/tmp/mirror-static-XXXXXX";
  const std::filesystem::path files = mkdtemp(name.data());
  std::ofstream(files / "site.css") << "body {}";
  {
    const Running running(files);
    BOOST_TEST(running.site.Get("/static/site.css").body == "body {}");
    for (const std::string path : {"/static/old.css", "/static/", "/favicon.ico", "/robots.txt"}) {
      const auto got = running.site.Get(path + "?v=1");
      BOOST_TEST(got.Header("x-old-site") == "yes", path);
      BOOST_TEST(got.Header("cache-control") == "");
      BOOST_TEST(got.Parameter("PATH_INFO") == path);
      BOOST_TEST(got.Parameter("REQUEST_URI") == path + "?v=1");
    }
    const auto post = running.site.Send("/static/upload", {.method = "POST", .body = "x"});
    BOOST_TEST(post.Header("x-old-site") == "yes");
    BOOST_TEST(post.Parameter("PATH_INFO") == "/static/upload");
  }
  std::filesystem::remove_all(files);
}

BOOST_AUTO_TEST_SUITE_END()
