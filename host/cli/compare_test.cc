// `fnhost compare` with a real NGINX, uWSGI as the old site, and a function beside it.

#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "host/nginx_config/monolith.h"
#include "host/nginx_config/site_test_support.h"
#include "host/routing/monolith_test_support.h"
#include "host/routing/route_table.h"

namespace {

namespace fs = std::filesystem;
using host::testing::FakeFunction;
using host::testing::OldSite;
using host::testing::Site;

// Each answer has another time and another token.
constexpr char kOldSite[] = R"(import itertools, json
count = itertools.count()

def application(env, start):
    n = next(count)
    path = env["PATH_INFO"]
    if path == "/page":
        start("200 OK", [("Content-Type", "text/html")])
        return [f"<h1>Notes</h1>\n<input value={n}>\n<p>old</p>\n".encode()]
    items = [{"id": i, "seen": n, "text": "text"} for i in range(3)]
    headers = [("Content-Type", "application/json"), ("Set-Cookie", f"c={n}"), ("Vary", "Cookie")]
    if "HTTP_X_KEY" in env: items[0]["text"] = env["HTTP_X_KEY"]
    start("200 OK", headers)
    return [json.dumps({"path": path, "now": n, "items": items}).encode()]
)";

// As the old site, but for a path that ends with 7.
std::optional<std::string> AnswerAsNew(const std::string& request, int) {
  const auto has = [&](const std::string& part) { return request.find(part) != std::string::npos; };
  if (has("DOCUMENT_URI/page")) {
    return "Content-Type: text/html\r\n\r\n<h1>Notes</h1>\n<input value=x>\n<p>new</p>\n";
  }
  const bool other = has("DOCUMENT_URI/notes/7");
  const std::string path = other ? "/notes/7" : has("DOCUMENT_URI/notes/1") ? "/notes/1" : "/notes";
  const std::string text = has("HTTP_X_KEYkey") ? "key" : "text";
  nlohmann::json items = nlohmann::json::array();
  for (int i = 0; i < 3; ++i) {
    items.push_back({{"id", i}, {"seen", -1}, {"text", i == 0 ? text : "text"}});
  }
  if (other) items[2]["text"] = "another";
  const nlohmann::json body = {{"path", path}, {"now", 0}, {"items", items}};
  return "Content-Type: application/json\r\nVary: Cookie\r\n" +
         std::string(other ? "Status: 203\r\n" : "") + "\r\n" + body.dump();
}

struct Ran {
  int exit_code = -1;
  std::string output;  // both streams
};

Ran Run(const std::string& arguments) {
  FILE* pipe = popen(("host/cli/fnhost compare " + arguments + " 2>&1").c_str(), "r");
  BOOST_REQUIRE(pipe != nullptr);
  Ran ran;
  char buffer[4096];
  for (size_t size = 0; (size = fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    ran.output.append(buffer, size);
  }
  const int status = pclose(pipe);
  ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

host::Manifest WithRoutes(const std::string& name, const std::vector<std::string>& paths) {
  auto manifest = host::testing::MakeManifest(name, {"GET"}, paths[0]);
  for (size_t i = 1; i < paths.size(); ++i) {
    manifest.routes.push_back(host::testing::MakeManifest(name, {"GET"}, paths[i]).routes[0]);
  }
  return manifest;
}

void WriteManifest(const fs::path& functions, const host::Manifest& manifest) {
  nlohmann::json tree = nlohmann::json::parse(
      R"({"summary": "s", "exposure": "public", "protocol": "fastcgi", "scope": "", "needs": [],
          "repeat_safe": false, "pool": {"mode": "static", "min": 1, "max": 1, "threads": 1,
          "idle_timeout_s": 60, "max_requests": 0}, "limits": {"body_bytes": 1000,
          "timeout_ms": 5000, "memory_mb": 64, "rate": {"key": "ip", "per_second": 0,
          "burst": 0}}})");
  tree["name"] = manifest.name;
  for (const auto& route : manifest.routes) {
    tree["routes"].push_back({{"methods", route.methods}, {"path", route.path}});
  }
  fs::create_directories(functions / manifest.name);
  std::ofstream(functions / manifest.name / "function.json") << tree;
}

struct Running {
  Running() {
    for (const auto& manifest : manifests) WriteManifest(folder / "functions", manifest);
    const auto& config = site.config();
    const nlohmann::json tree = {{"functions", folder / "functions"},
                                 {"run_dir", config.run_dir},
                                 {"state_dir", config.state_dir},
                                 {"nginx",
                                  {{"public_port", config.nginx.public_port},
                                   {"internal_port", config.nginx.internal_port},
                                   {"prefix", config.nginx.prefix},
                                   {"static_dir", "/nowhere"}}},
                                 {"monolith", {{"url", config.monolith->url}}}};
    std::ofstream(folder / "fnhost.json") << tree;
    auto table = host::RouteTable::Open({host::RoutesFolder(config), {}, ""});
    BOOST_REQUIRE(table.has_value());
    BOOST_REQUIRE(table->SetNames({"notes", "page", "write"}).has_value());
  }
  ~Running() { fs::remove_all(folder); }

  Ran Compare(const std::string& arguments) const {
    return Run(arguments + " --config " + (folder / "fnhost.json").string());
  }

  const fs::path folder = [] {
    std::string name = "/tmp/compare-XXXXXX";
    return fs::path(mkdtemp(name.data()));
  }();
  const std::vector<host::Manifest> manifests = {
      WithRoutes("notes", {"/notes", "/notes/{id:int}"}), WithRoutes("page", {"/page"}),
      host::testing::MakeManifest("write", {"POST"}, "/write")};
  OldSite old_site{kOldSite};
  Site site{manifests, "", old_site.OverTcp()};
  FakeFunction notes{site.SocketOf("notes"), AnswerAsNew};
};

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(comparing)

BOOST_FIXTURE_TEST_CASE(answers_that_differ_by_noise_alone_are_the_same, Running) {
  const Ran ran = Compare("notes --path /notes --path /notes/1?q=1");
  BOOST_TEST(ran.exit_code == 0);
  BOOST_TEST(ran.output ==
             "GET /notes  same\nGET /notes/1?q=1  same\n"
             "notes: 2 paths compared: 2 same, 0 different, 0 failed\n");
}

BOOST_FIXTURE_TEST_CASE(differences_are_told_with_status_and_json_path, Running) {
  const Ran ran = Compare("notes --path /notes/7 --path /notes/1");
  BOOST_TEST(ran.exit_code == 1);
  BOOST_TEST(ran.output ==
             "GET /notes/7\n"
             "  status: monolith 200, function 203\n"
             "  body $.items[2].text: monolith \"text\", function \"another\"\n"
             "GET /notes/1  same\n"
             "notes: 2 paths compared: 1 same, 1 different, 0 failed\n");
  const Ran json = Compare("notes --path /notes/7 --json");
  BOOST_TEST(json.exit_code == 1);
  const auto tree = nlohmann::json::parse(json.output);
  BOOST_TEST(tree["different"] == 1);
  BOOST_TEST(tree["paths"][0]["differences"][1]["where"] == "body $.items[2].text");
  BOOST_TEST(tree["paths"][0]["noise"].dump() ==
             R"(["body $.items[*].seen","body $.now","header set-cookie"])");
  const Ran ignored =
      Compare("notes --path /notes/7 --ignore status --ignore 'body $.items[*].text'");
  BOOST_TEST(ignored.exit_code == 0, ignored.output);
}

BOOST_FIXTURE_TEST_CASE(text_is_told_by_its_first_line_that_is_no_noise, Running) {
  const FakeFunction page(site.SocketOf("page"), AnswerAsNew);
  const Ran ran = Compare("page");
  BOOST_TEST(ran.exit_code == 1);
  BOOST_TEST(ran.output ==
             "GET /page\n"
             "  body line 3: monolith \"<p>old</p>\", function \"<p>new</p>\"\n"
             "page: 1 paths compared: 0 same, 1 different, 0 failed\n");
}

BOOST_FIXTURE_TEST_CASE(without_paths_the_latest_of_the_access_log_are_taken, Running) {
  for (const char* path : {"/notes/7?secret=1", "/notes/1", "/other"}) site.Get(path);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!Holds(site.Log("access.log"), "\"/other\"") &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // NGINX writes it every second
  }
  const Ran ran = Compare("notes");
  BOOST_TEST(ran.exit_code == 1);
  BOOST_TEST(ran.output.starts_with("GET /notes  same\nGET /notes/1  same\nGET /notes/7\n"));
  BOOST_TEST(Holds(ran.output, "3 paths compared: 2 same, 1 different, 0 failed"));
  BOOST_TEST(Holds(Compare("notes --samples 1").output, "1 paths compared"));
}

BOOST_FIXTURE_TEST_CASE(headers_go_with_each_request, Running) {
  std::ofstream(folder / "headers") << "X-Key: key\n";
  const std::string file = (folder / "headers").string();
  BOOST_TEST(Compare("notes --path /notes --header-file " + file).exit_code == 0);
  BOOST_TEST(Compare("notes --path /notes --header 'X-Key: key'").exit_code == 0);
  BOOST_TEST(Compare("notes --path /notes --header 'X-Key: other'").exit_code == 1);
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_compared_is_said, Running) {
  const auto fails = [&](const std::string& arguments, const std::string& why) {
    const Ran ran = Compare(arguments);
    BOOST_TEST(ran.exit_code == 1);
    BOOST_TEST(Holds(ran.output, why), ran.output);
  };
  fails("nothing", "there is no function nothing");
  fails("write", "write serves no GET, and nothing else is compared");
  fails("notes --path /page", "/page");
  fails("notes --path notes", "notes");
  fails("page", "function: NGINX answered 502 in its place");
  fails("page --header-file /nowhere", "/nowhere: cannot be read");
  site.Stop();
  fails("notes", "Connection refused");
}

BOOST_AUTO_TEST_SUITE_END()
