// What NGINX answers by itself, in a real NGINX: errors as problem+json, CORS, limits, static
// files, logs.

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "host/nginx_config/site_test_support.h"

namespace {

namespace fs = std::filesystem;
using host::testing::Answer;
using host::testing::EchoFunction;
using host::testing::MakeManifest;
using host::testing::Site;

std::vector<host::Manifest> Manifests() {
  auto limited = MakeManifest("limited", {"GET"}, "/limited");
  limited.limits.rate = {"ip", 1, 2};
  auto slow = MakeManifest("slow", {"GET"}, "/slow");
  slow.limits.timeout_ms = 10;
  auto big = MakeManifest("big", {"PUT"}, "/notes");
  big.limits.body_bytes = 200'000;
  auto alone = MakeManifest("alone", {"GET"}, "/alone");
  alone.cors = false;
  return {MakeManifest("absent", {"GET"}, "/absent"), alone, big, limited, slow,
          MakeManifest("notes", {"POST"}, "/notes")};
}

// Folders of static files: a small and a large file.
struct Files {
  Files() {
    std::string name = "/tmp/nginx-static-XXXXXX";
    folder = mkdtemp(name.data());
    std::ofstream(folder / "site.css") << std::string(5000, ' ');
    std::filesystem::create_directories(folder / "errors");
    std::ofstream(folder / "errors" / "404.html") << "<h1>Nothing is here</h1>";
    std::ofstream(folder / "site.0123456789ab.css") << std::string(5000, ' ');
    std::ofstream(folder / "robots.txt") << "User-agent: *\n";
    std::ofstream(folder / "favicon.ico") << "icon";
    fs::create_directories(folder / "sub");
  }
  ~Files() { fs::remove_all(folder); }
  fs::path folder;
};

struct Running {
  Files files;
  Site site{Manifests(), files.folder.string()};
  EchoFunction big{site.SocketOf("big")}, notes{site.SocketOf("notes")},
      limited{site.SocketOf("limited")};
};

struct Shared {
  static inline std::unique_ptr<Running> running;
  void setup() { running = std::make_unique<Running>(); }
  void teardown() { running.reset(); }
};
Site& site() { return Shared::running->site; }

void CheckProblem(const Answer& answer, long status) {
  BOOST_TEST(answer.status == status);
  BOOST_TEST(answer.Header("content-type") == "application/problem+json");
  BOOST_TEST(answer.Header("access-control-allow-origin") == "*");
  BOOST_TEST(answer.Header("access-control-expose-headers").find("ETag, Link") == 0u);
  const auto problem = nlohmann::json::parse(answer.body, nullptr, false);
  BOOST_REQUIRE(problem.is_object());
  BOOST_TEST(problem.size() == 5u);
  BOOST_TEST(problem.value("type", "") == "about:blank");
  BOOST_TEST(problem.value("status", 0) == status);
  BOOST_TEST(!problem.value("title", "").empty());
  BOOST_TEST(!problem.value("detail", "").empty());
  BOOST_TEST(!problem.value("request_id", "").empty());
  BOOST_TEST(problem.value("request_id", "") == answer.Header("x-request-id"));
}

void CheckRawProblem(const std::string& request, const std::string& status) {
  const std::string answer = site().Raw(request);
  BOOST_TEST(answer.starts_with("HTTP/1.1 " + status), request.substr(0, 40) << ": " << answer);
  BOOST_TEST(answer.find("Content-Type: application/problem+json\r\n") != std::string::npos);
  BOOST_TEST(answer.find("\"status\":" + status.substr(0, 3)) != std::string::npos);
}

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(Shared);
BOOST_AUTO_TEST_SUITE(answers)

BOOST_AUTO_TEST_CASE(an_unknown_path_is_404) {
  CheckProblem(site().Get("/nothing"), 404);
  CheckProblem(site().Internal("/nothing"), 404);
  CheckProblem(site().Send("/nothing", {.method = "POST", .body = "x"}), 404);
  CheckProblem(site().Send("/nothing", {.method = "OPTIONS"}), 404);
  CheckProblem(site().Get("/metrics"), 404);
}

BOOST_AUTO_TEST_CASE(a_method_that_no_function_serves_is_405_with_allow) {
  for (const std::string method : {"GET", "DELETE", "FOO"}) {
    const auto answer = site().Send("/notes/", {.method = method});
    CheckProblem(answer, 405);
    BOOST_TEST(answer.Header("allow") == "POST, PUT, OPTIONS");
  }
  const auto head = site().Send("/notes", {.method = "HEAD"});
  BOOST_TEST(head.status == 405);
  BOOST_TEST(head.body == "");
}

BOOST_AUTO_TEST_CASE(options_answers_a_preflight) {
  const auto answer = site().Send("/notes/", {.method = "OPTIONS",
                                              .headers = {"Origin: https://app.example",
                                                          "Access-Control-Request-Method: PUT"}});
  BOOST_TEST(answer.status == 204);
  BOOST_TEST(answer.body == "");
  BOOST_TEST(answer.Header("allow") == "POST, PUT, OPTIONS");
  BOOST_TEST(answer.Header("access-control-allow-methods") == "POST, PUT, OPTIONS");
  BOOST_TEST(answer.Header("access-control-allow-origin") == "*");
  BOOST_TEST(answer.Header("access-control-allow-headers").find("Authorization") == 0u);
  BOOST_TEST(answer.Header("access-control-allow-credentials") == "");
  BOOST_TEST(!answer.Header("x-request-id").empty());
}

BOOST_AUTO_TEST_CASE(a_function_without_cors_lets_no_script_of_another_site_read_anything) {
  for (const char* path : {"/alone", "/alone/", "/%61lone", "//alone"}) {
    for (const char* method : {"GET", "HEAD", "POST", "OPTIONS"}) {
      const auto answer =
          site().Send(path, {.method = method, .headers = {"Origin: https://app.example"}});
      BOOST_TEST(answer.Header("access-control-allow-origin") == "", method << " " << path);
      BOOST_TEST(!answer.Header("x-request-id").empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a5_trace_connect_and_what_is_no_http_get_a_clean_4xx) {
  const std::string rest = " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  CheckRawProblem("TRACE /notes" + rest, "405");
  CheckRawProblem("CONNECT /notes" + rest, "405");
  CheckRawProblem("CONNECT a:80" + rest, "400");
  CheckRawProblem("GET http://" + rest, "400");
  CheckRawProblem("get /notes" + rest, "400");
  CheckRawProblem("GET /%00" + rest, "400");
  CheckRawProblem("GET / HTTP/1.1\r\n\r\n", "400");
  CheckRawProblem("GET /../.." + rest, "400");
  CheckRawProblem("GET / HTTP/7.1\r\nHost: a\r\n\r\n", "505");
  CheckRawProblem("GET /" + std::string(9000, 'x') + rest, "414");
  CheckRawProblem("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(9000, 'x') + "\r\n\r\n", "431");
  CheckRawProblem("POST /notes HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: zip\r\n\r\n", "501");
}

BOOST_AUTO_TEST_CASE(each_function_on_a_path_has_its_own_body_limit) {
  BOOST_TEST(site().Send("/notes", {.method = "POST", .body = std::string(1000, 'x')}).status ==
             200);
  CheckProblem(site().Send("/notes", {.method = "POST", .body = std::string(1001, 'x')}), 413);
  BOOST_TEST(site()
                 .Send("/notes", {.method = "PUT", .body = std::string(200'000, 'x')})
                 .Parameter("BODY_SIZE") == "200000");
  CheckProblem(site().Send("/notes", {.method = "PUT", .body = std::string(200'001, 'x')}), 413);
  const std::vector<std::string> chunked = {"Transfer-Encoding: chunked"};
  const auto small = site().Send("/notes", {.method = "POST", .headers = chunked, .body = "text"});
  BOOST_TEST(small.Parameter("CONTENT_LENGTH") == "4");
  CheckProblem(
      site().Send("/notes", {.method = "POST", .headers = chunked, .body = std::string(1001, 'x')}),
      413);
}

BOOST_AUTO_TEST_CASE(the_rate_limit_answers_429_and_when_to_come_back) {
  Answer answer;
  for (int i = 0; i < 20 && answer.status != 429; ++i) answer = site().Get("/limited");
  CheckProblem(answer, 429);
  BOOST_TEST(answer.Header("retry-after") == "1");
  BOOST_TEST(answer.Header("ratelimit-limit") == "1");
  BOOST_TEST(answer.Header("ratelimit-remaining") == "0");
  BOOST_TEST(answer.Header("ratelimit-reset") == "1");
  BOOST_TEST(site().Send("/notes", {.method = "POST"}).status == 200);
}

BOOST_AUTO_TEST_CASE(a_function_that_is_away_is_502_with_retry_after) {
  const auto answer = site().Get("/absent");
  CheckProblem(answer, 502);
  BOOST_TEST(answer.Header("retry-after") == "1");
  CheckProblem(site().Send("/notes?header=20000", {.method = "POST"}), 502);  // its id came first
  CheckProblem(site().Internal("/livez"), 502);
  CheckProblem(site().Internal("/metrics"), 502);
  BOOST_TEST(site().Get("/healthz").status == 200);
}

BOOST_AUTO_TEST_CASE(a_function_that_does_not_answer_is_504) {
  const int fd = host::testing::Listen(site().SocketOf("slow"));
  const auto answer = site().Get("/slow");
  close(fd);
  CheckProblem(answer, 504);
  BOOST_TEST(answer.Header("retry-after") == "1");
}

BOOST_AUTO_TEST_CASE(the_clients_request_id_comes_back_when_it_is_well_formed) {
  const auto id = [](const std::string& sent) {
    return site().Send("/nothing", {.headers = {"X-Request-ID: " + sent}}).Header("x-request-id");
  };
  BOOST_TEST(id("abc-1.2_Z") == "abc-1.2_Z");
  BOOST_TEST(id(std::string(128, 'a')) == std::string(128, 'a'));
  for (const auto& bad : {std::string(129, 'a'), std::string("a b"), std::string("\"x")}) {
    BOOST_TEST(id(bad).size() == 32u);
    CheckProblem(site().Send("/nothing", {.headers = {"X-Request-ID: " + bad}}), 404);
  }
}

BOOST_AUTO_TEST_CASE(browsers_get_an_error_as_a_page_where_there_is_one) {
  const auto ask = [](const std::string& path, const std::string& accept) {
    return site().Send(path, {.headers = {"Accept: " + accept}});
  };
  const std::string browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  const auto page = ask("/nothing", browser);
  BOOST_TEST(page.status == 404);
  BOOST_TEST(page.body == "<h1>Nothing is here</h1>");
  BOOST_TEST(page.Header("content-type") == "text/html; charset=utf-8");
  BOOST_TEST(page.Header("content-security-policy").starts_with("default-src 'none'; "));
  BOOST_TEST(page.Header("x-request-id").size() == 32u);
  CheckProblem(ask("/nothing", "application/json"), 404);
  CheckProblem(ask("/api/nothing", browser), 404);
  CheckProblem(site().Send("/nothing", {.method = "TRACE", .headers = {"Accept: " + browser}}),
               405);
}

BOOST_AUTO_TEST_CASE(static_files_are_cached_compressed_and_revalidated) {
  const auto plain = site().Get("/static/site.css");
  BOOST_TEST(plain.status == 200);
  BOOST_TEST(plain.body.size() == 5000u);
  BOOST_TEST(plain.Header("content-type") == "text/css; charset=utf-8");
  BOOST_TEST(plain.Header("cache-control") == "public, max-age=3600");
  BOOST_TEST(plain.Header("x-content-type-options") == "nosniff");
  BOOST_TEST(!plain.Header("etag").empty());
  BOOST_TEST(
      site().Get("/static/site.0123456789ab.css").Header("cache-control").ends_with("immutable"));

  const auto packed = site().Send("/static/site.css", {.headers = {"Accept-Encoding: gzip"}});
  BOOST_TEST(packed.Header("content-encoding") == "gzip");
  BOOST_TEST(packed.Header("vary") == "Accept-Encoding");
  BOOST_TEST(packed.body.size() < 500u);

  const auto same =
      site().Send("/static/site.css", {.headers = {"If-None-Match: " + plain.Header("etag")}});
  BOOST_TEST(same.status == 304);
  BOOST_TEST(same.body == "");
  BOOST_TEST(site().Get("/robots.txt").body == "User-agent: *\n");
  BOOST_TEST(site().Get("/favicon.ico").Header("content-type") == "image/x-icon");
}

BOOST_AUTO_TEST_CASE(static_folders_missing_files_and_writes_are_refused) {
  CheckProblem(site().Get("/static/nothing.css"), 404);
  CheckProblem(site().Get("/static/"), 404);
  CheckProblem(site().Get("/static/sub/"), 404);
  CheckProblem(site().Get("/static/..%2f..%2fetc/passwd"), 400);
  const auto post = site().Send("/static/site.css", {.method = "POST", .body = "x"});
  CheckProblem(post, 405);
  BOOST_TEST(post.Header("allow") == "GET, HEAD, OPTIONS");
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

// Stops its own NGINX, so that the buffered log is written.
BOOST_AUTO_TEST_CASE(the_access_log_is_json_without_query_strings) {
  Site own({MakeManifest("one", {"GET"}, "/one")}, "");
  EchoFunction one(own.SocketOf("one"));
  own.Send("/one?token=secret",
           {.headers = {"X-Request-ID: mine", "Authorization: Bearer secret"}});
  own.Get("/no\"thing%C3%A4?token=secret");
  own.Raw("GET /\xff?token=secret HTTP/1.1\r\nHost: a\r\n\r\n");
  own.Raw("nonsense\r\n\r\n");
  own.Stop();
  std::istringstream lines(own.Log("access.log"));
  std::vector<nlohmann::json> logged;
  for (std::string line; std::getline(lines, line);) {
    BOOST_TEST(line.find("secret") == std::string::npos);
    logged.push_back(nlohmann::json::parse(line));
  }
  BOOST_REQUIRE(logged.size() == 4u);
  BOOST_TEST(logged[0].value("request_id", "") == "mine");
  BOOST_TEST(logged[0].value("uri", "") == "/one");
  BOOST_TEST(logged[0].value("status", 0) == 200);
  BOOST_TEST(logged[0].value("function", "") == "one");
  BOOST_TEST(logged[0].value("upstream_status", "") == "200");
  BOOST_TEST(logged[1].value("status", 0) == 404);
  BOOST_TEST(logged[2].value("uri", "") == "(not ASCII)");
  BOOST_TEST(logged[3].value("status", 0) == 400);
}
