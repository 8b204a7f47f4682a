// The rendered configuration in a real NGINX: which function gets which request, and what it is
// told.

#include <boost/test/unit_test.hpp>
#include <set>
#include <sstream>

#include "host/nginx_config/site_test_support.h"

namespace {

using host::testing::Answer;
using host::testing::Ask;
using host::testing::EchoFunction;
using host::testing::MakeManifest;
using host::testing::Site;

std::vector<host::Manifest> Manifests() {
  auto hidden = MakeManifest("hidden", {"DELETE"}, "/notes/{key:int}");
  hidden.exposure = host::Exposure::kInternal;
  auto many = MakeManifest("many", {"GET"}, "/deep/{a}/of/{b:int}/");
  many.routes.push_back({{"PUT"}, "/", {}});
  return {MakeManifest("one", {"GET"}, "/one"),
          MakeManifest("list", {"GET"}, "/notes/"),
          MakeManifest("create", {"POST"}, "/notes"),
          MakeManifest("get", {"GET"}, "/notes/{id:int}/"),
          MakeManifest("change", {"PATCH", "PUT"}, "/notes/{number:int}/"),
          MakeManifest("by_name", {"GET"}, "/notes/{name}/"),
          hidden,
          many};
}

struct Running {
  Site site{Manifests(), ""};
  EchoFunction one{site.SocketOf("one")}, list{site.SocketOf("list")},
      create{site.SocketOf("create")}, get{site.SocketOf("get")}, change{site.SocketOf("change")},
      by_name{site.SocketOf("by_name")}, hidden{site.SocketOf("hidden")},
      many{site.SocketOf("many")};
};

// One NGINX for the whole suite.
struct Shared {
  static inline std::unique_ptr<Running> running;
  void setup() { running = std::make_unique<Running>(); }
  void teardown() { running.reset(); }
};
Site& site() { return Shared::running->site; }

std::string IdOf(const std::string& path) { return site().Get(path).Parameter("ROUTE_id"); }

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(Shared);
BOOST_AUTO_TEST_SUITE(routing)

BOOST_AUTO_TEST_CASE(a_literal_path_is_served_with_and_without_slash) {
  for (const std::string path : {"/one", "/one/"}) {
    const auto answer = site().Get(path + "?a=1&a=2");
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.Parameter("DOCUMENT_URI") == path);
    BOOST_TEST(answer.Parameter("REQUEST_URI") == path + "?a=1&a=2");
    BOOST_TEST(answer.Parameter("QUERY_STRING") == "a=1&a=2");
    BOOST_TEST(answer.Parameter("REQUEST_METHOD") == "GET");
    BOOST_TEST(answer.Parameter("REMOTE_ADDR") == "127.0.0.1");
    BOOST_TEST(answer.Parameter("REQUEST_ID").size() == 32u);
  }
  BOOST_TEST(site().Get("/one/two").status == 404);
  BOOST_TEST(site().Send("/", {.method = "PUT"}).Parameter("DOCUMENT_URI") == "/");
}

BOOST_AUTO_TEST_CASE(a10_no_parameter_comes_twice) {
  const auto answer = site().Send("/notes", {.method = "POST", .body = "text=x"});
  for (const std::string name :
       {"REQUEST_METHOD", "DOCUMENT_URI", "REQUEST_ID", "CONTENT_LENGTH"}) {
    BOOST_TEST(answer.Parameter(name).find(" | ") == std::string::npos);
  }
  BOOST_TEST(answer.Parameter("CONTENT_LENGTH") == "6");
  BOOST_TEST(answer.Parameter("CONTENT_TYPE") == "application/x-www-form-urlencoded");
  BOOST_TEST(answer.Parameter("BODY_SIZE") == "6");
}

BOOST_AUTO_TEST_CASE(a10_every_location_passes_all_parameters) {
  const auto names = [](const Answer& answer) {
    std::set<std::string> all;
    std::istringstream lines(answer.body);
    for (std::string line; std::getline(lines, line);) {
      const auto name = line.substr(0, line.find('='));
      if (!name.starts_with("HTTP_") && !name.starts_with("ROUTE_")) all.insert(name);
    }
    return all;
  };
  const Ask body{.method = "POST", .body = "x"};
  const auto first = names(site().Get("/one"));  // an exact location
  BOOST_TEST(first.contains("REQUEST_ID"));
  BOOST_TEST((names(site().Get("/notes/7/")) == first));      // a regular expression
  BOOST_TEST((names(site().Send("/notes", body)) == first));  // an inner location
  BOOST_TEST((names(site().Internal("/one")) == first));      // the other server
}

BOOST_AUTO_TEST_CASE(functions_share_a_path_by_method) {
  for (const std::string path : {"/notes", "/notes/"}) {
    BOOST_TEST(site().Get(path).Parameter("DOCUMENT_URI") == path);
    const auto created = site().Send(path + "?x=1", {.method = "POST", .body = "b"});
    BOOST_TEST(created.Parameter("REQUEST_METHOD") == "POST");
    BOOST_TEST(created.Parameter("DOCUMENT_URI") == path);
    BOOST_TEST(created.Parameter("QUERY_STRING") == "x=1");
  }
  const auto changed = site().Send("/notes/7/", {.method = "PATCH", .body = "b"});
  BOOST_TEST(changed.Parameter("ROUTE_number") == "7");
  BOOST_TEST(changed.Parameter("ROUTE_id") == "");
  BOOST_TEST(changed.Parameter("DOCUMENT_URI") == "/notes/7/");
  BOOST_TEST(site().Get("/notes/7").Parameter("ROUTE_id") == "7");
}

BOOST_AUTO_TEST_CASE(a5_parameters_come_decoded) {
  const auto name = [](const std::string& path) {
    return site().Get(path).Parameter("ROUTE_name");
  };
  BOOST_TEST(name("/notes/two%20words/") == "two words");
  BOOST_TEST(name("/notes/%C3%A4%E2%82%AC%F0%9F%98%80") == "ä€😀");
  BOOST_TEST(name("/notes/a+b") == "a+b");
  BOOST_TEST(name("/notes/50%25") == "50%");
  BOOST_TEST(name("/notes/%22$%7B'%3B") == "\"${';");
  const auto deep = site().Get("/deep/x%20y/of/12");
  BOOST_TEST(deep.Parameter("ROUTE_a") == "x y");
  BOOST_TEST(deep.Parameter("ROUTE_b") == "12");
}

BOOST_AUTO_TEST_CASE(an_int_takes_digits_alone) {
  BOOST_TEST(IdOf("/notes/007") == "007");
  BOOST_TEST(IdOf("/notes/99999999999999999999") == "99999999999999999999");
  BOOST_TEST(IdOf("/notes/-1") == "");
  BOOST_TEST(IdOf("/notes/7%0A") == "");
  BOOST_TEST(site().Get("/deep/x/of/y").status == 404);
  BOOST_TEST(site().Get("/notes/a%2Fb").status == 404);
}

BOOST_AUTO_TEST_CASE(a1_head_follows_get) {
  for (const std::string path : {"/one", "/notes/", "/notes/7/"}) {
    const auto answer = site().Send(path, {.method = "HEAD"});
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.Header("x-request-id") == "from-function");
    BOOST_TEST(answer.body == "");
  }
  BOOST_TEST(site().Send("/", {.method = "HEAD"}).status == 405);
}

BOOST_AUTO_TEST_CASE(internal_functions_are_served_on_the_internal_port_alone) {
  const Ask remove{.method = "DELETE"};
  BOOST_TEST(site().Internal("/notes/7/", remove).Parameter("ROUTE_key") == "7");
  BOOST_TEST(site().Internal("/one").status == 200);
  const auto refused = site().Send("/notes/7/", remove);
  BOOST_TEST(refused.status == 405);
  BOOST_TEST(refused.Header("allow") == "GET, HEAD, PATCH, PUT, OPTIONS");
  BOOST_TEST(site().Internal("/notes/7/", {.method = "POST"}).Header("allow") ==
             "DELETE, GET, HEAD, PATCH, PUT, OPTIONS");
}

BOOST_AUTO_TEST_CASE(what_belongs_to_nginx_cannot_be_asked_for) {
  for (const std::string path : {"/.fnhost/function/create/0", "/.fnhost/methods/GET-HEAD-OPTIONS",
                                 "/.fnhost/problem/500"}) {
    BOOST_TEST(site().Get(path).status == 404);
  }
}

BOOST_AUTO_TEST_CASE(a4_a_function_cannot_send_nginx_elsewhere) {
  const auto answer = site().Get("/one?accel=/healthz");
  BOOST_TEST(answer.Parameter("REQUEST_METHOD") == "GET");
  BOOST_TEST(answer.Header("x-accel-redirect") == "");
}

BOOST_AUTO_TEST_CASE(a5_a_proxy_header_does_not_become_a_variable) {
  const auto answer = site().Send("/one", {.headers = {"Proxy: http://evil.example"}});
  BOOST_TEST(answer.Parameter("HTTP_PROXY") == "");
}

BOOST_AUTO_TEST_CASE(a_function_knows_the_clients_id_and_ours_apart) {
  const auto answer = site().Send("/one", {.headers = {"X-Request-ID: mine"}});
  BOOST_TEST(answer.Parameter("HTTP_X_REQUEST_ID") == "mine");
  BOOST_TEST(answer.Parameter("REQUEST_ID").size() == 32u);
  BOOST_TEST(answer.Header("x-request-id") == "from-function");
}

BOOST_AUTO_TEST_CASE(functions_errors_and_long_headers_pass_unchanged) {
  for (const std::string status : {"400", "404", "405", "429", "500", "503"}) {
    const auto answer = site().Get("/one?status=" + status);
    BOOST_TEST(std::to_string(answer.status) == status);
    BOOST_TEST(answer.Header("content-type") == "text/plain");
    BOOST_TEST(answer.Header("x-request-id") == "from-function");
    BOOST_TEST(answer.Header("access-control-allow-origin") == "*");
  }
  BOOST_TEST(site().Get("/one?header=12000").Header("x-long").size() == 12000u);
}

// The last one: the suite's NGINX ends here.
BOOST_AUTO_TEST_CASE(nginx_raised_no_alert) {
  site().Stop();
  const std::string log = site().Log("error.log");
  for (const std::string level : {"[alert]", "[emerg]"}) {
    BOOST_TEST(log.find(level) == std::string::npos, log);
  }
}

BOOST_AUTO_TEST_SUITE_END()
