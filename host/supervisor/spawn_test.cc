#include "host/supervisor/spawn.h"

#include <boost/test/unit_test.hpp>

using host::HostConfig;
using host::Manifest;
using host::Protocol;
using host::WorkerEnvironment;

namespace {

host::Variables Environment(const Manifest& manifest) {
  HostConfig config;
  config.environment = {{"SESSION_ISSUER", "http://localhost"}};
  config.needs["database"] = {{"DATABASE_URL_FILE", "/x.dsn"}};
  const auto found = WorkerEnvironment(config, manifest, [](const char*) { return std::nullopt; });
  BOOST_REQUIRE(found.has_value());
  return *found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_worker_is_told_its_protocol) {
  Manifest manifest;
  manifest.protocol = Protocol::kUwsgi;
  BOOST_TEST(Environment(manifest).at("FNHOST_PROTOCOL") == "uwsgi");
  manifest.protocol = Protocol::kFastcgi;
  BOOST_TEST(Environment(manifest).at("FNHOST_PROTOCOL") == "fastcgi");
}

BOOST_AUTO_TEST_CASE(a_worker_gets_the_common_variables_and_those_of_its_needs_alone) {
  Manifest manifest;
  BOOST_TEST(Environment(manifest).at("SESSION_ISSUER") == "http://localhost");
  BOOST_TEST(!Environment(manifest).contains("DATABASE_URL_FILE"));
  manifest.needs = {"database"};
  BOOST_TEST(Environment(manifest).at("DATABASE_URL_FILE") == "/x.dsn");
}

BOOST_AUTO_TEST_CASE(a_need_that_the_host_does_not_give_is_named) {
  Manifest manifest;
  manifest.needs = {"queue"};
  const auto found =
      WorkerEnvironment(HostConfig(), manifest, [](const char*) { return std::nullopt; });
  BOOST_REQUIRE(!found.has_value());
  BOOST_TEST(found.error().find("needs.queue") != std::string::npos);
}
