// `fnhost migration` with a real NGINX, uWSGI as the old site, and a host with two functions.

#include <signal.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "host/cli/fnhost_test_support.h"
#include "host/nginx_config/site_test_support.h"
#include "host/routing/monolith_test_support.h"

namespace {

using host::testing::CommandEnd;
using host::testing::Contains;
using host::testing::Eventually;
using host::testing::OldSite;
using host::testing::Site;
using host::testing::TestHost;
using nlohmann::json;
using std::chrono::steady_clock;

struct Running {
  Running() {
    host.Start();
    BOOST_REQUIRE(host::testing::Running(host));
    BOOST_REQUIRE(Eventually([&] { return Side("/list") == "monolith"; }));
  }

  CommandEnd Migration(std::vector<std::string> words) {
    words.insert(words.begin(), "migration");
    return host.Run(words);
  }
  json Route(const std::string& name) {
    return json::parse(Migration({"status", name, "--json"}).out).at("routes").at(0);
  }
  std::string Side(const std::string& path, const host::testing::Ask& ask = {}) const {
    const auto answer = site.Send(path, ask);
    return answer.Header("x-old-site") == "yes" ? "monolith"
           : answer.status < 600                ? "function"
                                                : "nobody";
  }
  // NGINX's configuration is the host's own, with the ports and folders of the site.
  void Render(const host::HostConfig& config, std::string& text) {
    host.KeepState();
    host.AddServing("list", 1);
    host.AddServing("login", 4);  // one that is over its time is replaced, and the others serve
    host.Set("nginx", json{{"public_port", config.nginx.public_port},
                           {"internal_port", config.nginx.internal_port},
                           {"prefix", config.nginx.prefix},
                           {"static_dir", "/nowhere"},
                           {"user", config.nginx.user},
                           {"workers", 1}}
                          .dump());
    host.Set("monolith", json{{"url", config.monolith->url}}.dump());
    const auto rendered = host.Run({"nginx"});
    BOOST_REQUIRE_MESSAGE(rendered.exit == 0, rendered.err);
    text = rendered.out;
  }

  OldSite old_site;
  TestHost host;
  Site site{
      {}, "", old_site.OverTcp(), {}, [this](const host::HostConfig& config, std::string& text) {
        Render(config, text);
      }};
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_route_goes_step_by_step_and_each_step_is_asked_for, Running) {
  BOOST_TEST(Route("list")["state"] == "monolith");
  BOOST_TEST(Migration({"promote", "list"}).out == "list: monolith -> mirror\n");
  auto refused = Migration({"promote", "list"});
  BOOST_TEST(refused.exit == 1);
  BOOST_TEST(refused.err ==
             "fnhost: list does not go to split:10: it was not compared yet: fnhost compare list\n"
             "fnhost: nothing was moved; --force skips all this\n");
  BOOST_TEST(host.Run({"compare", "list", "--path", "/list"}).exit == 1);
  BOOST_TEST(Route("list")["state"] == "compared");
  refused = Migration({"promote", "list"});
  BOOST_TEST(Contains(refused.err, "1 of 1 paths were answered differently"));

  BOOST_TEST(Migration({"promote", "list", "--max-differences", "1"}).exit == 0);
  int functions = 0;
  for (int i = 1; i <= 100; ++i) {
    functions += Side("/list", {.from = "127.0.0." + std::to_string(i)}) == "function" ? 1 : 0;
  }
  BOOST_TEST(functions > 0);
  BOOST_TEST(functions < 50);
  refused = Migration({"promote", "list", "--max-differences", "1", "--min-requests", "101"});
  BOOST_TEST(Contains(refused.err, "needed are 101 (--min-requests)"));
  BOOST_TEST(Route("list")["to"] == "split:10");

  for (const std::string to : {"split:50", "function", "retired"}) {
    const auto moved =
        Migration({"promote", "list", "--max-differences", "1", "--min-requests", "0"});
    BOOST_TEST(Contains(moved.out, "-> " + to), moved.err);
  }
  BOOST_TEST(Side("/list") == "function");
  BOOST_TEST(
      site.Internal("/list", {.headers = {"X-Fnhost-Route: monolith"}}).Header("x-old-site") == "");
  BOOST_TEST(host.Run({"route", "list", "--to", "monolith"}).exit == 1);
  BOOST_TEST(Migration({"promote", "list"}).exit == 1);

  kill(host.pid(), SIGTERM);
  BOOST_TEST(host.Wait() == 0);
  host.Start();
  BOOST_REQUIRE(host::testing::Running(host));
  BOOST_TEST(Route("list")["state"] == "retired");
  BOOST_TEST(Migration({"undo", "list"}).out == "list: retired -> function\n");
  BOOST_TEST(Migration({"undo", "list"}).out == "list: function -> split:50\n");
  const auto history = Migration({"history", "list"}).out;
  BOOST_TEST(Contains(history, "  list  monolith -> mirror  promote by "));
  BOOST_TEST(Contains(history, "  list  function -> split:50  undo by "));
}

BOOST_FIXTURE_TEST_CASE(errors_of_the_function_stop_its_route, Running) {
  BOOST_REQUIRE(Migration({"promote", "login", "--to", "split:99", "--force"}).exit == 0);
  const auto moved = steady_clock::now();
  BOOST_REQUIRE(Eventually([&] { return Side("/login") == "function"; }));
  // Requests count from the second after the move's.
  BOOST_REQUIRE(
      Eventually([&] { return steady_clock::now() - moved > std::chrono::milliseconds(1100); }));
  for (int i = 0; i < 2; ++i) {
    for (const std::string query : {"?ms=0", "?ms=2000"}) site.Get("/login" + query);
  }
  BOOST_REQUIRE(Eventually([&] { return Route("login")["function"]["errors"] == 2; }));
  const auto refused = Migration(
      {"promote", "login", "--max-differences", "9", "--min-requests", "1", "--max-errors", "49"});
  BOOST_TEST(refused.exit == 1);
  BOOST_TEST(Contains(refused.err, "2 of 4 requests of the function failed (50.00 %), allowed are"),
             refused.err);
  BOOST_TEST(Contains(refused.err, "(--max-p95)"));
  BOOST_TEST(Migration({"promote", "login", "--min-requests", "1", "--max-errors", "50",
                        "--max-p95", "5000", "--force"})
                 .exit == 0);
  BOOST_TEST(Contains(Migration({"history", "login"}).out, "(skipped: login: it was not compared"));
}

BOOST_FIXTURE_TEST_CASE(several_routes_move_together_or_none_does, Running) {
  const auto unknown = Migration({"promote", "list", "logout", "--to", "function", "--force"});
  BOOST_TEST(unknown.exit == 1);
  BOOST_TEST(Contains(unknown.err, "there is no function logout"));
  BOOST_TEST(Side("/list") == "monolith");
  BOOST_TEST(Migration({"promote", "list", "login", "--to", "function"}).exit == 1);
  BOOST_TEST(Side("/list") == "monolith");
  const auto moved = Migration({"promote", "list", "login", "--to", "function", "--force"});
  BOOST_TEST(moved.exit == 0);
  BOOST_TEST(Side("/list") + Side("/login") == "functionfunction");
}

BOOST_FIXTURE_TEST_CASE(undo_is_true_before_the_command_returns_in_under_a_second, Running) {
  double longest_s = 0;
  for (int i = 0; i < 10; ++i) {
    BOOST_REQUIRE(Migration({"promote", "list", "login", "--to", "function", "--force"}).exit == 0);
    BOOST_TEST(Side("/list") + Side("/login") == "functionfunction");
    const auto start = steady_clock::now();
    const auto undone = i % 2 == 0 ? Migration({"undo"}) : Migration({"undo", "list", "login"});
    const std::chrono::duration<double> took = steady_clock::now() - start;
    BOOST_TEST(undone.exit == 0);
    BOOST_TEST(Side("/list") + Side("/login") == "monolithmonolith");
    longest_s = std::max(longest_s, took.count());
  }
  BOOST_TEST_MESSAGE("the longest undo took " << longest_s << " s");
  BOOST_TEST(longest_s < 1.0);
}

BOOST_FIXTURE_TEST_CASE(wrong_usage_is_told_with_the_remedy, Running) {
  BOOST_TEST(Migration({"promote"}).exit == 2);
  BOOST_TEST(Migration({"promote", "list", "--to", "half"}).exit == 2);
  BOOST_TEST(Migration({"demote", "list"}).exit == 2);
  BOOST_TEST(Migration({"undo", "list"}).exit == 1);
  BOOST_TEST(Contains(Migration({"status", "logout"}).err, "there is no function logout"));
}
