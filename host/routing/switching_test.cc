// Routes between functions and a monolith behind a real NGINX: which side answers, what it is told,
// and that a switch loses nothing.

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "host/routing/switching_test_support.h"

namespace {

using host::MonolithUrl;
using host::testing::Ask;
using host::testing::Client;
using host::testing::EchoFunction;
using host::testing::NotesManifests;
using host::testing::OldSite;
using host::testing::OpenTable;
using host::testing::Running;
using host::testing::SideOf;
using host::testing::Site;
using std::chrono::steady_clock;

// One uWSGI and one NGINX for the suite.
struct Shared {
  static inline std::unique_ptr<OldSite> old_site;
  static inline std::unique_ptr<Running> running;
  void setup() {
    old_site = std::make_unique<OldSite>();
    running = std::make_unique<Running>(old_site->OverTcp());
  }
  void teardown() {
    running.reset();
    old_site.reset();
  }
};
Site& site() { return Shared::running->site; }
void Move(const std::string& name, const std::string& target) {
  Shared::running->Move(name, target);
}

std::string Side(const std::string& path, const Ask& ask = {}) {
  return SideOf(site().Send(path, ask));
}

std::string AddressOf(int client) {
  return "127.1." + std::to_string(client / 250) + "." + std::to_string(client % 250 + 1);
}

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(Shared);
BOOST_AUTO_TEST_SUITE(switching)

BOOST_AUTO_TEST_CASE(the_monolith_gets_requests_whole_over_each_protocol) {
  for (const auto protocol : {MonolithUrl::Protocol::kHttp, MonolithUrl::Protocol::kUwsgi,
                              MonolithUrl::Protocol::kFastcgi}) {
    const Running own(Shared::old_site->Over(protocol));
    // A path of nobody, one of a function that nobody has moved, one behind an inner location.
    for (const std::string path : {"/old/a%20b%2Fc", "/notes", "/notes/7"}) {
      const auto got = own.site.Send(
          path + "?x=1&x=%C3%A4",
          {.headers = {"Host: thoughts.example", "X-Request-ID: mine", "Cookie: a=1",
                       "X-Forwarded-For: 10.1.1.1", "Connection: Upgrade", "Upgrade: websocket",
                       "X-Fnhost-Route: function", "X-Fnhost-Mirror: 1", "Proxy: http://evil"},
           .from = "127.0.0.7"});
      BOOST_TEST_CONTEXT(path << " " << got.body) {
        BOOST_TEST(SideOf(got) == "monolith");
        BOOST_TEST(got.status == 200);
        BOOST_TEST(got.Parameter("REQUEST_URI") == path + "?x=1&x=%C3%A4");
        BOOST_TEST(got.Parameter("PATH_INFO") == (path.starts_with("/old") ? "/old/a b/c" : path));
        BOOST_TEST(got.Parameter("SCRIPT_NAME") == "");
        BOOST_TEST(got.Parameter("QUERY_STRING") == "x=1&x=%C3%A4");
        BOOST_TEST(got.Parameter("HTTP_HOST") == "thoughts.example");
        BOOST_TEST(got.Parameter("HTTP_X_REQUEST_ID") == "mine");
        BOOST_TEST(got.Header("x-request-id") == "mine");
        BOOST_TEST(got.Parameter("HTTP_COOKIE") == "a=1");
        BOOST_TEST(got.Parameter("HTTP_X_FORWARDED_FOR") == "10.1.1.1, 127.0.0.7");
        BOOST_TEST(got.Parameter("HTTP_X_FORWARDED_PROTO") == "http");
        BOOST_TEST(got.Parameter("SCHEME") == "http");
        for (const std::string name : {"UPGRADE", "X_FNHOST_ROUTE", "X_FNHOST_MIRROR", "PROXY"}) {
          if (protocol == MonolithUrl::Protocol::kHttp || name != "UPGRADE") {
            BOOST_TEST(got.Parameter("HTTP_" + name) == "");
          }
        }
        BOOST_TEST(got.Header("access-control-allow-origin") == "");
      }
    }
    const std::string body(100'000, 'b');
    for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
      for (const std::string path : {"/old", "/notes", "/notes/7", "/login"}) {
        const auto got = own.site.Send(path, {.method = method, .body = body});
        BOOST_TEST(SideOf(got) == "monolith", method << " " << path << " " << got.status);
        BOOST_TEST(got.Parameter("REQUEST_METHOD") == method);
        BOOST_TEST(got.Parameter("PATH_INFO") == path);
        BOOST_TEST(got.Parameter("BODY_SIZE") == "100000");
      }
    }
    const auto chunked = own.site.Send(
        "/notes", {.method = "POST", .headers = {"Transfer-Encoding: chunked"}, .body = body});
    BOOST_TEST(chunked.Parameter("BODY_SIZE") == "100000");
    const auto head = own.site.Send("/notes", {.method = "HEAD"});
    BOOST_TEST(SideOf(head) == "monolith");
    BOOST_TEST(head.body == "");
    const auto secure = own.site.Send("/old", {.headers = {"X-Forwarded-Proto: https"}});
    BOOST_TEST(secure.Parameter("HTTP_X_FORWARDED_PROTO") == "https");
    if (protocol != MonolithUrl::Protocol::kHttp) BOOST_TEST(secure.Parameter("SCHEME") == "https");
  }
}

BOOST_AUTO_TEST_CASE(each_function_of_a_path_moves_on_its_own_and_at_once) {
  const Ask post{.method = "POST", .body = "x"};
  BOOST_TEST(Side("/notes") == "monolith");
  BOOST_TEST(Side("/notes", post) == "monolith");
  Move("list", "function");
  BOOST_TEST(Side("/notes") == "function");
  BOOST_TEST(Side("/notes/") == "function");
  BOOST_TEST(Side("/notes", {.method = "HEAD"}) == "function");
  BOOST_TEST(Side("/notes", post) == "monolith");
  Move("create", "function");
  Move("list", "monolith");
  BOOST_TEST(Side("/notes") == "monolith");
  const auto created = site().Send("/notes/?x=1", post);
  BOOST_TEST(SideOf(created) == "function");
  BOOST_TEST(created.Parameter("DOCUMENT_URI") == "/notes/");
  BOOST_TEST(created.Parameter("QUERY_STRING") == "x=1");
  Move("note", "function");
  const auto changed = site().Send("/notes/7/", {.method = "PATCH", .body = "b"});
  BOOST_TEST(SideOf(changed) == "function");
  BOOST_TEST(changed.Parameter("ROUTE_id") == "7");
  BOOST_TEST(changed.Parameter("DOCUMENT_URI") == "/notes/7/");
  BOOST_TEST(site().Get("/notes/8").Parameter("ROUTE_id") == "8");
  for (const char* name : {"create", "note"}) Move(name, "monolith");
  BOOST_TEST(Side("/notes/7") == "monolith");
}

BOOST_AUTO_TEST_CASE(a_method_that_no_function_serves_is_the_monoliths) {
  Move("list", "function");
  Move("login", "function");
  BOOST_TEST(Side("/notes", {.method = "PUT"}) == "monolith");
  BOOST_TEST(Side("/login", {.method = "GET"}) == "monolith");
  BOOST_TEST(Side("/login", {.method = "POST"}) == "function");
  BOOST_TEST(Side("/notes/no-number") == "monolith");
  // The internal function is not there for the public.
  Move("hidden", "function");
  BOOST_TEST(Side("/notes", {.method = "DELETE"}) == "monolith");
  BOOST_TEST(SideOf(site().Internal("/notes", {.method = "DELETE"})) == "function");
  for (const char* name : {"list", "login", "hidden"}) Move(name, "monolith");
}

BOOST_AUTO_TEST_CASE(a_preflight_is_answered_by_the_side_that_serves_the_path) {
  const Ask preflight{.method = "OPTIONS", .headers = {"Origin: https://app.example"}};
  BOOST_TEST(Side("/notes", preflight) == "monolith");
  Move("list", "function");
  const auto own = site().Send("/notes", preflight);
  BOOST_TEST(own.status == 204);
  BOOST_TEST(own.Header("allow") == "GET, HEAD, POST, OPTIONS");
  BOOST_TEST(own.Header("access-control-allow-origin") == "*");
  Move("list", "monolith");
}

BOOST_AUTO_TEST_CASE(each_side_has_its_own_limit_of_a_body) {
  const Ask big{.method = "POST", .body = std::string(1001, 'x')};
  const Ask huge{.method = "POST", .body = std::string((1 << 20) + 1, 'x')};
  for (const std::string path : {"/notes", "/login"}) {
    const std::string name = path == "/notes" ? "create" : "login";
    BOOST_TEST(Side(path, big) == "monolith");
    BOOST_TEST(site().Send(path, huge).status == 413);
    Move(name, "function");
    const auto refused = site().Send(path, big);
    BOOST_TEST(refused.status == 413);
    BOOST_TEST(refused.Header("content-type") == "application/problem+json");
    BOOST_TEST(Side(path, {.method = "POST", .body = std::string(1000, 'x')}) == "function");
    Move(name, "monolith");
  }
}

BOOST_AUTO_TEST_CASE(a_split_gives_the_function_its_share_of_the_clients) {
  constexpr int kClients = 1000;
  for (const int percent : {0, 10, 40, 100}) {
    Move("list", "split:" + std::to_string(percent));
    int function = 0;
    for (int i = 0; i < kClients; ++i) {
      function += Side("/notes", {.from = AddressOf(i)}) == "function" ? 1 : 0;
    }
    BOOST_TEST_MESSAGE(percent << " %: " << function << " of " << kClients);
    const int wanted = kClients * percent / 100;
    const int tolerance = percent % 100 == 0 ? 0 : 60;  // four standard deviations
    BOOST_TEST(std::abs(function - wanted) <= tolerance, percent << ": " << function);
  }
  Move("list", "monolith");
}

BOOST_AUTO_TEST_CASE(a_client_stays_on_its_side_through_login_and_a_growing_share) {
  constexpr int kClients = 60;
  Move("list", "split:30");
  Move("note", "split:30");
  std::vector<std::string> sides;
  for (int i = 0; i < kClients; ++i) sides.push_back(Side("/notes", {.from = AddressOf(i)}));
  for (int i = 0; i < kClients; ++i) {
    const std::string from = AddressOf(i);
    for (const char* header : {"Cookie: session=a", "Authorization: Bearer b", "User-Agent: c",
                               "X-Forwarded-For: 10.0.0.1", "X-Fnhost-Route: function"}) {
      BOOST_TEST(Side("/notes", {.headers = {header}, .from = from}) == sides[i]);
    }
    BOOST_TEST(Side("/notes/7", {.from = from}) == sides[i]);  // and on every route of one share
  }
  Move("list", "split:60");
  int moved = 0;
  for (int i = 0; i < kClients; ++i) {
    const auto side = Side("/notes", {.from = AddressOf(i)});
    if (sides[i] == "function") BOOST_TEST(side == "function");
    moved += side != sides[i] ? 1 : 0;
  }
  BOOST_TEST(moved > 0);
  for (const char* name : {"list", "note"}) Move(name, "monolith");
}

BOOST_AUTO_TEST_CASE(behind_a_trusted_proxy_the_client_it_names_is_split) {
  const Site own(NotesManifests(), "", Shared::old_site->OverTcp(), {"127.0.0.0/8"});
  auto table = OpenTable(own.config());
  BOOST_REQUIRE(table.SetNames({"list"}).has_value());
  BOOST_REQUIRE(table.Set("list", host::ParseTarget("split:50").value()).has_value());
  const EchoFunction list(own.SocketOf("list"));
  int function = 0;
  for (int i = 0; i < 100; ++i) {
    // What a client writes there itself stands before what the proxy adds.
    const std::string client = "10.0.0." + std::to_string(i);
    const auto side = [&](const std::string& forged) {
      return SideOf(own.Send("/notes", {.headers = {"X-Forwarded-For: " + forged + client}}));
    };
    BOOST_TEST(side("") == side("192.0.2.1, "));
    function += side("") == "function" ? 1 : 0;
  }
  BOOST_TEST(std::abs(function - 50) <= 20, function << " of 100");
}

BOOST_AUTO_TEST_CASE(a_header_forces_a_side_on_the_internal_port_alone) {
  const Ask function{.headers = {"X-Fnhost-Route: function"}};
  const Ask monolith{.headers = {"X-Fnhost-Route: monolith"}};
  for (const std::string target : {"function", "monolith", "split:50", "mirror", "auto"}) {
    Move("list", target);
    Move("login", target);
    const auto forced = site().Internal("/notes", function);
    BOOST_TEST(SideOf(forced) == "function", target);
    BOOST_TEST(forced.Header("x-fnhost-route") == "function");
    BOOST_TEST(forced.Parameter("HTTP_X_FNHOST_ROUTE") == "");
    const auto other = site().Internal("/notes", monolith);
    BOOST_TEST(SideOf(other) == "monolith", target);
    BOOST_TEST(other.Header("x-fnhost-route") == "monolith");
    BOOST_TEST(SideOf(site().Internal("/login", {.method = "POST", .headers = function.headers})) ==
               "function");
    BOOST_TEST(Side("/notes", function) == Side("/notes"));
    BOOST_TEST(Side("/notes", monolith) == Side("/notes"));
    BOOST_TEST(site().Get("/notes").Header("x-fnhost-route") == "");
  }
  Move("list", "function");
  for (const char* value :
       {"X-Fnhost-Route: ../x", "X-Fnhost-Route: FUNCTION", "X-Fnhost-Route;"}) {
    BOOST_TEST(SideOf(site().Internal("/notes", {.headers = {value}})) == "function");
  }
  for (const char* name : {"list", "login"}) Move(name, "monolith");
}

BOOST_AUTO_TEST_CASE(the_monoliths_own_errors_and_paths_pass_unchanged) {
  for (const std::string status : {"302", "400", "404", "418", "500", "502", "503"}) {
    for (const std::string path : {"/old", "/notes", "/login"}) {
      const auto got = site().Get(path + "?status=" + status);
      BOOST_TEST(std::to_string(got.status) == status, path);
      BOOST_TEST(SideOf(got) == "monolith");
      BOOST_TEST(got.Header("content-type") == "text/plain");
    }
  }
  for (const std::string path : {"/", "/a//b/../c", "/.fnhost/x", "/a;b=c", "/%7Euser/"}) {
    BOOST_TEST(site().Get(path).Parameter("REQUEST_URI") == path);
  }
}

BOOST_AUTO_TEST_CASE(what_belongs_to_nginx_stays_closed) {
  for (const std::string path :
       {"/.fnhost/monolith", "/.fnhost/mirror", "/.fnhost/mirrored", "/.fnhost/mirror/list/0",
        "/.fnhost/route/login/0", "/.fnhost/function/login/0"}) {
    BOOST_TEST(site().Get(path).status == 404);
    BOOST_TEST(SideOf(site().Get(path)) == "NGINX: 404");
  }
  BOOST_TEST(site().Get("/healthz").body == "ok\n");
}

BOOST_AUTO_TEST_CASE(switching_twenty_times_a_second_under_load_loses_nothing) {
  constexpr auto kFor = std::chrono::seconds(4);
  struct Load {
    std::atomic<long> function = 0, monolith = 0, failed = 0;
  } load;
  std::atomic<bool> stop = false;
  const auto run = [&](const std::string& method, const std::string& path, const std::string& from,
                       long& connections) {
    Client client(site().config().nginx.public_port);
    const std::string body = method == "GET" ? "" : std::string(900, 'x');
    while (!stop) {
      try {
        const auto side = SideOf(client.Send(path, {.method = method, .body = body, .from = from}));
        ++(side == "function" ? load.function : side == "monolith" ? load.monolith : load.failed);
      } catch (const std::exception&) {
        ++load.failed;
      }
    }
    connections = client.connections();
  };
  std::vector<long> connections(4);
  std::vector<std::thread> clients;
  clients.emplace_back(run, "GET", "/notes", "127.0.0.2", std::ref(connections[0]));
  clients.emplace_back(run, "POST", "/notes", "127.0.0.3", std::ref(connections[1]));
  clients.emplace_back(run, "PATCH", "/notes/7", "127.0.0.4", std::ref(connections[2]));
  clients.emplace_back(run, "POST", "/login", "127.0.0.5", std::ref(connections[3]));
  const std::vector<std::string> targets = {"function", "monolith", "split:50", "auto", "mirror"};
  const auto start = steady_clock::now();
  int switches = 0;
  for (; steady_clock::now() < start + kFor; ++switches) {
    for (const char* name : {"list", "create", "note", "login"}) {
      Move(name, targets[static_cast<size_t>(switches) % targets.size()]);
    }
    std::this_thread::sleep_until(start + (switches + 1) * std::chrono::milliseconds(50));
  }
  stop = true;
  for (auto& client : clients) client.join();
  BOOST_TEST_MESSAGE(switches << " switches of 4 routes, " << load.function << " answers of "
                              << "functions, " << load.monolith << " of the monolith, "
                              << load.failed << " failed");
  BOOST_TEST(load.failed == 0);
  BOOST_TEST(load.function > 100);
  BOOST_TEST(load.monolith > 100);
  BOOST_TEST(switches >= 40);
  for (const long count : connections) BOOST_TEST(count == 1);
  for (const char* name : {"list", "create", "note", "login"}) Move(name, "monolith");
}

BOOST_AUTO_TEST_CASE(a_switch_and_its_undoing_are_true_for_the_next_request) {
  const auto start = steady_clock::now();
  Move("list", "function");
  BOOST_TEST(Side("/notes") == "function");
  Move("list", "monolith");
  BOOST_TEST(Side("/notes") == "monolith");
  BOOST_TEST((steady_clock::now() - start < std::chrono::seconds(1)));
}

// The last one: the suite's NGINX ends here.
BOOST_AUTO_TEST_CASE(nginx_raised_no_alert_and_logged_who_answered) {
  Move("list", "function");
  site().Get("/notes?last=1");
  site().Get("/old/last");
  site().Stop();
  const std::string errors = site().Log("error.log");
  for (const std::string level : {"[alert]", "[emerg]", "[crit]"}) {
    BOOST_TEST(errors.find(level) == std::string::npos, errors);
  }
  const std::string log = site().Log("access.log");
  const std::string last = log.substr(log.rfind("\"uri\":\"/notes\""));
  BOOST_TEST(last.find("\"function\":\"list\",\"monolith\":false") != std::string::npos);
  BOOST_TEST(last.find("\"function\":\"\",\"monolith\":true") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
