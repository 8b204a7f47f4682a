#include "host/supervisor/config.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace {

std::vector<std::string> Faults(const std::string& json) {
  const auto config = host::ParseHostConfig(json, "fnhost.json");
  return config ? std::vector<std::string>{} : config.error();
}

void Expect(const std::string& json, const std::string& line) {
  const auto faults = Faults(json);
  BOOST_TEST_CONTEXT(json) {
    BOOST_REQUIRE(faults.size() == 1u);
    BOOST_TEST(faults[0] == line);
  }
}

std::string List(const auto& keys) {
  std::string list;
  for (const char* key : keys) list += (list.empty() ? "" : ", ") + std::string(key);
  return list;
}

// A valid configuration with `more` keys.
std::string With(const std::string& more) {
  return R"({"functions": "/s/functions", "run_dir": "/s/run")" +
         (more.empty() ? "" : ", " + more) + "}";
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_key_of_a_full_configuration_is_read) {
  const auto config = host::ParseHostConfig(
      With(R"("metrics": "127.0.0.1:8082", "grace_ms": 2500, "slow_ms": 0, "revision": "abc123",
              "state_dir": "/s/fnhost", "worker_max_age_s": 3600,
              "log_file": "/s/log/fnhost.log",
              "environment": {"SESSION_ISSUER": "http://localhost:8080"},
              "needs": {"database": {"DATABASE_URL_FILE": "/s/secrets/thoughts.dsn"}},
              "ready": {"database_url_file": "/s/x.dsn", "query": "SELECT 1", "expect": "1"},
              "nginx": {"public_port": 8090, "internal_port": 8091, "prefix": "/s/nginx",
                        "static_dir": "/repo/static", "user": "www-data", "workers": 4})"),
      "fnhost.json");
  BOOST_REQUIRE(config.has_value());
  BOOST_TEST(config->functions == "/s/functions");
  BOOST_TEST(config->run_dir == "/s/run");
  BOOST_TEST(config->metrics == "127.0.0.1:8082");
  BOOST_TEST(config->grace_ms == 2500);
  BOOST_TEST(config->slow_ms == 0);
  BOOST_TEST(config->state_dir == "/s/fnhost");
  BOOST_TEST(config->worker_max_age_s == 3600);
  BOOST_TEST(config->revision == "abc123");
  BOOST_TEST(config->log_file == "/s/log/fnhost.log");
  BOOST_TEST(config->environment.at("SESSION_ISSUER") == "http://localhost:8080");
  BOOST_TEST(config->needs.at("database").at("DATABASE_URL_FILE") == "/s/secrets/thoughts.dsn");
  BOOST_REQUIRE(config->ready.has_value());
  BOOST_TEST(config->ready->query == "SELECT 1");
  BOOST_TEST(config->nginx.public_port == 8090);
  BOOST_TEST(config->nginx.user == "www-data");
  BOOST_TEST(config->nginx.workers == 4);
}

BOOST_AUTO_TEST_CASE(defaults_stand_in_for_absent_keys) {
  const auto config = host::ParseHostConfig(With(""), "fnhost.json");
  BOOST_REQUIRE(config.has_value());
  BOOST_TEST(config->metrics == "127.0.0.1:9145");
  BOOST_TEST(config->grace_ms == 10000);
  BOOST_TEST(config->slow_ms == 1000);
  BOOST_TEST(!config->ready.has_value());
  BOOST_TEST(config->nginx.public_port == 8080);
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_named_at_every_level) {
  Expect(With(R"("pools": 3)"),
         "fnhost.json: pools: unknown key; known here: " + List(host::kHostKeys));
  Expect(With(R"("nginx": {"prefix": "/n", "static_dir": "/s", "port": 1})"),
         "fnhost.json: nginx.port: unknown key; known here: public_port, internal_port, prefix, "
         "static_dir, docs_dir, user, workers, listen, upstream, logs, trusted_proxies");
  Expect(With(R"("ready": {"database_url_file": "/x", "query": "q", "expect": "1", "a": 0})"),
         "fnhost.json: ready.a: unknown key; known here: database_url_file, query, expect");
}

BOOST_AUTO_TEST_CASE(a_wrong_type_is_named) {
  Expect(With(R"("revision": 12)"), "fnhost.json: revision: must be text, not number");
  Expect(With(R"("environment": [])"), "fnhost.json: environment: must be an object, not array");
  Expect(With(R"("environment": {"A": 1})"),
         "fnhost.json: environment.A: must be text, not number");
  Expect(With(R"("needs": {"database": "x"})"),
         "fnhost.json: needs.database: must be an object, not string");
  Expect(With(R"("grace_ms": "10")"),
         "fnhost.json: grace_ms: must be a whole number from 1 to 3600000, not \"10\"");
  Expect(With(R"("grace_ms": 1.5)"),
         "fnhost.json: grace_ms: must be a whole number from 1 to 3600000, not 1.5");
  Expect(With(R"("grace_ms": 99999999999999999999)"),
         "fnhost.json: grace_ms: must be a whole number from 1 to 3600000, not "
         "1e+20");
  Expect("[]", "fnhost.json: must be an object, not array");
}

BOOST_AUTO_TEST_CASE(relative_paths_are_refused) {
  Expect(R"({"functions": "functions", "run_dir": "/s/run"})",
         "fnhost.json: functions: must be an absolute path, not functions");
  Expect(With(R"("needs": {"database": {"DATABASE_URL_FILE": "x.dsn"}})"),
         "fnhost.json: needs.database.DATABASE_URL_FILE: must be an absolute path, not x.dsn");
}

BOOST_AUTO_TEST_CASE(metrics_must_be_a_loopback_address_with_a_port) {
  for (const char* bad : {"0.0.0.0:9145", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0",
                          "127.0.0.1:65536", "127.0.0.1:80x", ":80", "localhost:80", ""}) {
    Expect(With(R"("metrics": ")" + std::string(bad) + "\""),
           "fnhost.json: metrics: must be a loopback address and a port, as in 127.0.0.1:9145, "
           "not " +
               std::string(bad));
  }
}

BOOST_AUTO_TEST_CASE(trusted_proxies_are_addresses_and_networks) {
  const auto nginx = [](const std::string& list) {
    return With(R"("nginx": {"prefix": "/n", "static_dir": "/s", "trusted_proxies": )" + list +
                "}");
  };
  const auto config =
      host::ParseHostConfig(nginx(R"(["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"])"), "f");
  BOOST_REQUIRE(config.has_value());
  BOOST_TEST(config->nginx.trusted_proxies.size() == 4u);
  for (const std::string bad : {R"("localhost")", R"("10.0.0.0/33")", R"("10.0.0.0/")",
                                R"("127.0.0.1;")", R"("unix:")", "1", "null"}) {
    Expect(nginx("[" + bad + "]"),
           "fnhost.json: nginx.trusted_proxies: holds addresses and networks, as 127.0.0.1 or "
           "10.0.0.0/8, not " +
               bad);
  }
  Expect(nginx(R"("127.0.0.1")"), "fnhost.json: nginx.trusted_proxies: must be a list, not string");
}

BOOST_AUTO_TEST_CASE(nginx_may_listen_elsewhere_and_find_functions_elsewhere) {
  const auto nginx = [](const std::string& more) {
    return With(R"("nginx": {"prefix": "/n", "static_dir": "/s", )" + more + "}");
  };
  const auto config = host::ParseHostConfig(
      nginx(R"("listen": "::", "upstream": "tcp://{dns_name}:9000", "logs": "stdio")"), "f");
  BOOST_REQUIRE(config.has_value());
  BOOST_TEST(config->nginx.listen == "::");
  BOOST_TEST(config->nginx.upstream == "{dns_name}:9000");
  BOOST_TEST(config->nginx.stdio);
  Expect(nginx(R"("listen": "10.0.0.0/8")"),
         "fnhost.json: nginx.listen: must be an address, as 127.0.0.1 or ::, not 10.0.0.0/8");
  Expect(nginx(R"("logs": "syslog")"),
         "fnhost.json: nginx.logs: must be files or stdio, not syslog");
  Expect(nginx(R"("upstream": "{name}:9000")"),
         "fnhost.json: nginx.upstream: must be tcp://HOST:PORT or unix:///PATH with {name} or "
         "{dns_name} in it, as in tcp://{name}:9000, not {name}:9000");
}

BOOST_AUTO_TEST_CASE(variables_that_fnhost_sets_itself_are_refused) {
  Expect(With(R"("environment": {"FNHOST_THREADS": "9"})"),
         "fnhost.json: environment.FNHOST_THREADS: is set by fnhost itself; remove it here");
  Expect(With(R"("environment": {"A=B": "9"})"),
         "fnhost.json: environment.A=B: is no name of an environment variable (letters, digits, "
         "_)");
  BOOST_TEST(Faults(With(R"("environment": {"FNHOST_LOG_LEVEL": "debug"})")).empty());
}

BOOST_AUTO_TEST_CASE(all_faults_are_told_at_once) {
  const auto faults = Faults(R"({"run_dir": "run", "metrics": 1, "nginx": {}, "x": 1})");
  const auto has = [&](const std::string& start) {
    return std::ranges::any_of(
        faults, [&](const auto& line) { return line.starts_with("fnhost.json: " + start); });
  };
  BOOST_TEST(has("functions: is missing"));
  BOOST_TEST(has("run_dir: must be an absolute path"));
  BOOST_TEST(has("metrics: must be text"));
  BOOST_TEST(has("nginx.prefix: is missing"));
  BOOST_TEST(has("nginx.static_dir: is missing"));
  BOOST_TEST(has("x: unknown key"));
  BOOST_TEST(faults.size() == 6u);
}

BOOST_AUTO_TEST_CASE(text_that_is_not_strict_json_is_refused) {
  const auto broken = Faults(R"({"functions": )");
  BOOST_REQUIRE(broken.size() == 1u);
  BOOST_TEST(broken[0].starts_with("fnhost.json: is not JSON: "));
  Expect(R"({"functions": "/a", "functions": "/b", "run_dir": "/r"})",
         "fnhost.json: functions: stands twice in one object");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_named) {
  const auto config = host::ReadHostConfig("/nowhere/fnhost.json");
  BOOST_REQUIRE(!config.has_value());
  BOOST_TEST(config.error().at(0) ==
             "/nowhere/fnhost.json: cannot be read: No such file or directory");
}
