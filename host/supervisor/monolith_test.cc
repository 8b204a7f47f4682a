#include "host/supervisor/monolith.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "host/supervisor/config.h"

namespace {

using Protocol = host::MonolithUrl::Protocol;

std::expected<host::HostConfig, std::vector<std::string>> Parse(const std::string& monolith) {
  return host::ParseHostConfig(
      R"({"functions": "/s/f", "run_dir": "/s/run", "state_dir": "/s/state", "monolith": )" +
          monolith + "}",
      "f");
}

void Expect(const std::string& monolith, const std::string& line) {
  const auto config = Parse(monolith);
  BOOST_TEST_CONTEXT(monolith) {
    BOOST_REQUIRE(!config.has_value());
    BOOST_REQUIRE(config.error().size() == 1u);
    BOOST_TEST(config.error()[0] == "f: " + line);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_monolith_speaks_http_uwsgi_or_fastcgi_over_tcp_or_a_unix_socket) {
  const auto check = [](const std::string& url, Protocol protocol, const std::string& address) {
    const auto at = host::ParseMonolithUrl(url);
    BOOST_REQUIRE_MESSAGE(at.has_value(), url);
    BOOST_TEST((at->protocol == protocol), url);
    BOOST_TEST(at->address == address);
  };
  check("http://127.0.0.1:9000", Protocol::kHttp, "127.0.0.1:9000");
  check("http://old-site.internal:80", Protocol::kHttp, "old-site.internal:80");
  check("http://[::1]:9000", Protocol::kHttp, "[::1]:9000");
  check("http:///run/old.sock", Protocol::kHttp, "unix:/run/old.sock");
  check("uwsgi://10.0.0.7:3031", Protocol::kUwsgi, "10.0.0.7:3031");
  check("uwsgi:///run/old.sock", Protocol::kUwsgi, "unix:/run/old.sock");
  check("fastcgi:///run/php/php-fpm.sock", Protocol::kFastcgi, "unix:/run/php/php-fpm.sock");
}

BOOST_AUTO_TEST_CASE(other_addresses_of_a_monolith_are_refused) {
  for (const char* bad : {"",
                          "127.0.0.1:9000",
                          "https://127.0.0.1:9000",
                          "HTTP://127.0.0.1:9000",
                          "http://",
                          "http://127.0.0.1",
                          "http://127.0.0.1:",
                          "http://127.0.0.1:0",
                          "http://127.0.0.1:65536",
                          "http://127.0.0.1:9000/",
                          "http://127.0.0.1:9000/app",
                          "http://user@old:80",
                          "http://:80",
                          "http://a b:80",
                          "http://a;b:80",
                          "http://[::1:80",
                          "http://[]:80",
                          "http://[a]x:80",
                          "uwsgi:///",
                          "uwsgi:///run/",
                          "uwsgi:///run/a b",
                          "uwsgi:///run/$x",
                          "uwsgi:///run/x\";",
                          "http://unix:/run/x.sock"}) {
    BOOST_TEST(!host::ParseMonolithUrl(bad).has_value(), bad);
  }
  BOOST_TEST(!host::ParseMonolithUrl("uwsgi:///" + std::string(200, 'x')).has_value());
}

BOOST_AUTO_TEST_CASE(the_monoliths_settings_are_read) {
  const auto least = Parse(R"({"url": "http://127.0.0.1:9000"})");
  BOOST_REQUIRE(least.has_value());
  BOOST_TEST(least->monolith->url == "http://127.0.0.1:9000");
  BOOST_TEST(least->monolith->first_there);
  BOOST_TEST(least->monolith->body_bytes == 1048576);
  BOOST_TEST(least->monolith->timeout_ms == 60000);
  const auto full = Parse(
      R"({"url": "fastcgi:///run/php.sock", "first": "function", "body_bytes": 5, "timeout_ms": 7,
          "params": {"SCRIPT_FILENAME": "/srv/old/index.php"}})");
  BOOST_REQUIRE(full.has_value());
  BOOST_TEST(!full->monolith->first_there);
  BOOST_TEST(full->monolith->body_bytes == 5);
  BOOST_TEST(full->monolith->timeout_ms == 7);
  BOOST_TEST(full->monolith->params.at("SCRIPT_FILENAME") == "/srv/old/index.php");
}

BOOST_AUTO_TEST_CASE(wrong_settings_of_a_monolith_are_named) {
  Expect("{}", "monolith.url: is missing");
  Expect("[]", "monolith: must be an object, not array");
  Expect(R"({"url": "ftp://x:1"})",
         "monolith.url: must begin with http://, uwsgi:// or fastcgi://, not ftp://x:1");
  Expect(R"({"url": "http://x"})",
         "monolith.url: must end with HOST:PORT and nothing behind it, or with the path of a Unix "
         "socket, not http://x");
  const std::string url = R"({"url": "uwsgi://a:1", )";
  Expect(url + R"("first": "split"})", "monolith.first: must be monolith or function, not split");
  Expect(url + R"("to": ""})",
         "monolith.to: unknown key; known here: url, first, body_bytes, timeout_ms, params");
  Expect(url + R"("params": {"HTTP_HOST": "x"}})",
         "monolith.params.HTTP_HOST: is no parameter's name (A-Z, digits, _, not HTTP_...)");
  Expect(url + R"("params": {"A": "$x"}})",
         R"(monolith.params.A: must not hold $ " \ or line breaks)");
  Expect(url + R"("params": {"A": 1}})", "monolith.params.A: must be text, not number");
  Expect(R"({"url": "http://a:1", "params": {"A": ""}})",
         "monolith.params: is for uwsgi:// and fastcgi:// alone");
}

BOOST_AUTO_TEST_CASE(a_monolith_needs_a_folder_for_the_state_of_routes) {
  const auto config = host::ParseHostConfig(
      R"({"functions": "/f", "run_dir": "/r", "monolith": {"url": "http://a:1"}})", "f");
  BOOST_REQUIRE(!config.has_value());
  BOOST_TEST(config.error().at(0) == "f: monolith: needs \"state_dir\", where routes are kept");
}
