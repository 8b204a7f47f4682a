// What holds on every route: errors, methods, slashes, ids, CORS, limits.

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(conventions)

using e2e::Internal;
using e2e::Json;
using e2e::Public;

struct RouteOf {
  const char* path;
  std::vector<const char*> methods;  // beside HEAD and OPTIONS
};
const std::vector<RouteOf> kPublic = {
    {"/null", {"GET"}},
    {"/api/login/", {"POST"}},
    {"/api/logout/", {"POST"}},
    {"/api/users/", {"POST"}},
    {"/api/users/demo/", {"GET"}},
    {"/api/users/demo/thoughts/", {"GET"}},
    {"/api/me/", {"GET", "DELETE"}},
    {"/api/me/password/", {"PUT"}},
    {"/api/me/export/", {"GET"}},
    {"/api/me/thoughts/", {"GET", "POST"}},
    {"/api/me/thoughts/1/", {"GET", "PATCH", "DELETE"}},
    {"/api/thoughts/", {"GET"}},
    {"/api/thoughts/1/", {"GET"}},
};
const std::vector<RouteOf> kInternal = {
    {"/admin/users/", {"GET", "POST"}},
    {"/admin/users/demo/", {"GET", "DELETE"}},
    {"/admin/thoughts/1/", {"DELETE"}},
    {"/admin/version/", {"GET"}},
};

std::vector<std::pair<std::string, RouteOf>> AllRoutes() {
  std::vector<std::pair<std::string, RouteOf>> all;
  for (const auto& route : kPublic) all.emplace_back(Public(route.path), route);
  for (const auto& route : kPublic) all.emplace_back(Internal(route.path), route);
  for (const auto& route : kInternal) all.emplace_back(Internal(route.path), route);
  return all;
}

BOOST_AUTO_TEST_CASE(a_method_that_no_function_serves_is_405_and_names_those_that_are) {
  for (const auto& [url, route] : AllRoutes()) {
    BOOST_TEST_CONTEXT(url) {
      const auto answer = e2e::Send({.method = "PURGE", .url = url});
      E2E_PROBLEM(answer, 405);
      const auto allow = answer.header("allow");
      for (const auto* method : route.methods) {
        BOOST_TEST(allow.find(method) != std::string::npos,
                   "Allow: " << allow << " lacks " << method);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_preflight_is_answered_on_every_public_route) {
  for (const auto& route : kPublic) {
    BOOST_TEST_CONTEXT(route.path) {
      const auto answer = e2e::Send(
          {"OPTIONS",
           Public(route.path),
           {"Origin: https://example.org",
            std::string("Access-Control-Request-Method: ") + route.methods[0],
            "Access-Control-Request-Headers: authorization,content-type,idempotency-key,if-match"},
           ""});
      BOOST_TEST(answer.status / 100 == 2);
      BOOST_TEST(answer.header("access-control-allow-origin") == "*");
      BOOST_TEST(answer.header("access-control-allow-methods").find(route.methods[0]) !=
                 std::string::npos);
      BOOST_TEST(answer.header("access-control-allow-credentials").empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(other_origins_may_read_answers_and_errors) {
  for (const char* path :
       {"/api/thoughts/", "/api/thoughts/999999999/", "/nothing/here", "/api/me/"}) {
    const auto answer =
        e2e::Send({.url = Public(path), .headers = {"Origin: https://example.org"}});
    BOOST_TEST(answer.headers.count("access-control-allow-origin") == 1u, path);
    BOOST_TEST(answer.header("access-control-allow-origin") == "*");
    const auto exposed = answer.header("access-control-expose-headers");
    for (const char* name : {"Link", "ETag", "Location", "Retry-After", "X-Request-ID"}) {
      BOOST_TEST(exposed.find(name) != std::string::npos, path << " does not expose " << name);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_trailing_slash_never_changes_the_answer) {
  for (const auto& [url, route] : AllRoutes()) {
    if (!url.ends_with('/')) continue;
    const auto with = e2e::Send({.method = "GET", .url = url});
    const auto without = e2e::Send({.method = "GET", .url = url.substr(0, url.size() - 1)});
    BOOST_TEST(with.status == without.status, url);
  }
}

BOOST_AUTO_TEST_CASE(head_is_get_without_a_body) {
  for (const char* path : {"/null", "/api/thoughts/", "/api/users/demo/", "/api/thoughts/1/"}) {
    const auto get = e2e::Get(Public(path));
    const auto head = e2e::Send({.method = "HEAD", .url = Public(path)});
    BOOST_TEST(head.status == get.status, path);
    BOOST_TEST(head.body.empty());
    BOOST_TEST(head.header("content-type") == get.header("content-type"));
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_path_is_a_404_problem) {
  for (const char* path : {"/nothing/here", "/api/", "/api/thoughts/abc/", "/api/nothing/"}) {
    E2E_PROBLEM(e2e::Get(Public(path)), 404);
  }
}

BOOST_AUTO_TEST_CASE(a_request_id_of_the_clients_comes_back) {
  const auto own = e2e::Send({.url = Public("/null"), .headers = {"X-Request-ID: my-id_1.2"}});
  BOOST_TEST(own.header("x-request-id") == "my-id_1.2");
  const auto bad = e2e::Send({.url = Public("/null"), .headers = {"X-Request-ID: no spaces"}});
  BOOST_TEST(bad.header("x-request-id") != "no spaces");
  BOOST_TEST(!bad.header("x-request-id").empty());
  BOOST_TEST(e2e::Get(Public("/null")).headers.count("x-request-id") == 1u);
}

BOOST_AUTO_TEST_CASE(routes_that_need_a_token_are_401_without_one) {
  const struct {
    std::string method, url;
  } asks[] = {{"POST", Public("/api/logout/")},
              {"GET", Public("/api/me/")},
              {"DELETE", Public("/api/me/")},
              {"PUT", Public("/api/me/password/")},
              {"GET", Public("/api/me/export/")},
              {"GET", Public("/api/me/thoughts/")},
              {"POST", Public("/api/me/thoughts/")},
              {"GET", Public("/api/me/thoughts/1/")},
              {"PATCH", Public("/api/me/thoughts/1/")},
              {"DELETE", Public("/api/me/thoughts/1/")},
              {"GET", Internal("/admin/users/")},
              {"POST", Internal("/admin/users/")},
              {"GET", Internal("/admin/users/demo/")},
              {"DELETE", Internal("/admin/users/nobody/")},
              {"DELETE", Internal("/admin/thoughts/999999999/")},
              {"GET", Internal("/admin/version/")}};
  for (const auto& [method, url] : asks) {
    BOOST_TEST_CONTEXT(method << " " << url) {
      const auto answer = e2e::Send({.method = method, .url = url});
      E2E_PROBLEM(answer, 401);
      BOOST_TEST(answer.header("www-authenticate").starts_with("Bearer"));
    }
  }
}

BOOST_AUTO_TEST_CASE(bodies_of_another_type_or_shape_are_refused) {
  const auto user = e2e::NewUser();
  const auto post = [&](const std::string& type, const std::string& body) {
    return e2e::Send({"POST",
                      Public("/api/me/thoughts/"),
                      {"Content-Type: " + type, "Authorization: " + user.authorization},
                      body});
  };
  E2E_PROBLEM(post("text/plain", "text=x"), 415);
  E2E_PROBLEM(post("application/xml", "<text/>"), 415);
  E2E_PROBLEM(post("application/json", "{\"text\":"), 400);
  E2E_PROBLEM(post("application/json", "[1]"), 400);
  E2E_PROBLEM(post("application/x-www-form-urlencoded", "text=%FF"), 400);
  BOOST_TEST(post("application/json; charset=utf-8", R"({"text":"ok","mood":"ignored"})").status ==
             201);
}

BOOST_AUTO_TEST_CASE(a_body_over_the_limit_is_413) {
  const auto user = e2e::NewUser();
  E2E_PROBLEM(e2e::PostForm(Public("/api/me/thoughts/"), "text=" + std::string(200'000, 'x'),
                            user.authorization),
              413);
}

BOOST_AUTO_TEST_CASE(too_many_requests_are_429_and_told_when_to_come_back) {
  const auto login = [] { return e2e::PostForm(Public("/api/login/"), ""); };
  e2e::Answer answer;
  for (int i = 0; i < 1000 && answer.status != 429; ++i) answer = login();
  E2E_PROBLEM(answer, 429);
  BOOST_TEST(std::atoi(answer.header("retry-after").c_str()) > 0);
  BOOST_TEST(!answer.header("ratelimit-limit").empty());
  BOOST_TEST(answer.header("ratelimit-remaining") == "0");
  std::this_thread::sleep_for(
      std::chrono::seconds(std::atoi(answer.header("retry-after").c_str())));
  E2E_PROBLEM(login(), 422);
}

BOOST_AUTO_TEST_CASE(health_is_there_on_both_ports) {
  BOOST_TEST(e2e::Get(Public("/healthz")).status == 200);
  BOOST_TEST(e2e::Get(Internal("/livez")).status == 200);
  BOOST_TEST(e2e::Get(Internal("/readyz")).status == 200);
  const auto metrics = e2e::Get(Internal("/metrics"));
  BOOST_TEST(metrics.status == 200);
  BOOST_TEST(metrics.body.find("# TYPE") != std::string::npos);
  E2E_PROBLEM(e2e::Get(Public("/metrics")), 404);
  E2E_PROBLEM(e2e::Get(Public("/readyz")), 404);
}

BOOST_AUTO_TEST_SUITE_END()
