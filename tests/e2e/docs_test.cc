// /docs/ and /api/openapi.json as NGINX serves them, and the commands of /docs/start/ as a reader
// pastes them.

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(docs)

using e2e::Public;

BOOST_AUTO_TEST_CASE(the_description_is_served_to_any_site_and_again_only_when_it_changed) {
  const auto answer = e2e::Get(Public("/api/openapi.json"));
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.header("content-type") == "application/json");
  BOOST_TEST(answer.header("access-control-allow-origin") == "*");
  BOOST_TEST(answer.header("x-content-type-options") == "nosniff");
  BOOST_TEST(answer.header("cache-control") == "no-cache");
  BOOST_TEST(!answer.header("x-request-id").empty());
  const auto document = e2e::Json(answer);
  BOOST_TEST(document.value("openapi", "") == "3.1.0");
  BOOST_TEST(document["paths"].contains("/api/thoughts/{id}/"));
  BOOST_TEST(!document["paths"].contains("/admin/users/"));
  BOOST_TEST(!document["paths"].contains("/oauth/authorize"));
  BOOST_TEST(!document["info"].value("version", "").empty());

  const auto etag = answer.header("etag");
  BOOST_TEST(etag.starts_with('"'), etag);
  const auto again =
      e2e::Send({.url = Public("/api/openapi.json"), .headers = {"If-None-Match: " + etag}});
  BOOST_TEST(again.status == 304);
  const auto packed =
      e2e::Send({.url = Public("/api/openapi.json"), .headers = {"Accept-Encoding: gzip"}});
  BOOST_TEST(packed.header("content-encoding") == "gzip");
  BOOST_TEST(packed.header("etag").starts_with('"'));
  BOOST_TEST(packed.body.size() < answer.body.size() / 4);
}

BOOST_AUTO_TEST_CASE(the_page_has_a_policy_of_its_own_and_loads_nothing_from_elsewhere) {
  for (const char* path : {"/docs/", "/docs/oauth2-redirect.html"}) {
    BOOST_TEST_CONTEXT(path) {
      const auto page = e2e::Get(Public(path));
      BOOST_TEST(page.status == 200);
      BOOST_TEST(page.header("content-type") == "text/html; charset=utf-8");
      const auto policy = page.header("content-security-policy");
      BOOST_TEST(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"));
      BOOST_TEST(policy.find("frame-ancestors 'none'") != std::string::npos);
      BOOST_TEST(page.header("x-frame-options") == "DENY");
      BOOST_TEST(page.header("x-content-type-options") == "nosniff");
      BOOST_TEST(page.header("referrer-policy") == "same-origin");
      BOOST_TEST(page.header("access-control-allow-origin").empty());
      BOOST_TEST(page.body.find("http://") == std::string::npos);
      BOOST_TEST(page.body.find("https://") == std::string::npos);
      static const std::regex link("(?:src|href)=\"([^\"]*)\"");
      for (std::sregex_iterator at(page.body.begin(), page.body.end(), link), end; at != end;
           ++at) {
        BOOST_TEST(e2e::Get(Public((*at)[1])).status == 200, (*at)[1].str());
      }
    }
  }
  const auto moved = e2e::Get(Public("/docs"));
  BOOST_TEST(moved.status == 308);
  BOOST_TEST(moved.header("location") == "/docs/");
  E2E_PROBLEM(e2e::Get(Public("/docs/nothing.js")), 404);
}

// The text with its HTML escapes undone.
std::string Plain(std::string text) {
  for (const auto& [escape, plain] : {std::pair{"&lt;", "<"}, std::pair{"&gt;", ">"},
                                      std::pair{"&quot;", "\""}, std::pair{"&amp;", "&"}}) {
    for (size_t at = 0; (at = text.find(escape, at)) != std::string::npos; ++at) {
      text.replace(at, std::string_view(escape).size(), plain);
    }
  }
  return text;
}

BOOST_AUTO_TEST_CASE(each_command_of_the_page_for_humans_works_as_pasted) {
  const auto page = e2e::Get(Public("/docs/start/"));
  BOOST_TEST(page.status == 200);
  std::string script = "set -eu\n";
  int commands = 0;
  constexpr std::string_view kBegin = "<pre><code>", kEnd = "</code></pre>";
  for (size_t at = 0; (at = page.body.find(kBegin, at)) != std::string::npos; ++commands) {
    at += kBegin.size();
    const auto text = page.body.substr(at, page.body.find(kEnd, at) - at);
    script += "echo '== " + std::to_string(commands) + "'\n" + Plain(text) + "\n";
  }
  BOOST_TEST(commands > 10);
  BOOST_TEST(script.find(Public("/api/login/")) != std::string::npos);
  const auto ran = e2e::Bash(script);
  BOOST_TEST(ran.exit_code == 0);
  const auto& said = ran.output;
  const auto says = [&](const char* pattern) {
    BOOST_TEST(std::regex_search(said, std::regex(pattern)), pattern << " is not in " << said);
  };
  says("\"username\": \"reader[0-9]+\"");
  says("\"text\": \"Hello from a shell\"");
  says("== [0-9]+\n([0-9]+)\n\\1\n");  // the same id twice
  says("[Ll]ink: <[^>]*cursor=[^>]*>; rel=\"next\"");
  says("limit is not a number from 1 to 100, sort is neither id nor -id");
  says("\"user_code\": \"[A-Z]{4}-[A-Z]{4}\"");
  says("\"error\": \"authorization_pending\"");
  says("\"jwks_uri\": ");
  says("== [0-9]+\n204\n== [0-9]+\n204\n$");
  BOOST_TEST(said.find("\"status\": 5") == std::string::npos);
  BOOST_TEST(said.find("\"status\": 401") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
