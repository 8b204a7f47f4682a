#include "host/supervisor/spawn.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>

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

BOOST_AUTO_TEST_CASE(a_worker_finds_its_socket_the_ready_pipe_and_its_scoreboard) {
  char folder[] = "/tmp/fnhost-spawn-XXXXXX";
  BOOST_REQUIRE(mkdtemp(folder) != nullptr);
  const std::string program = std::string(folder) + "/worker";
  std::ofstream(program) << "#!/bin/sh\n"
                            "readlink /proc/$$/fd/0 /proc/$$/fd/$FNHOST_SCOREBOARD_FD "
                            ">&$FNHOST_READY_FD\n"
                            "[ ! -e /proc/$$/fd/5 ] && echo alone >&3\n";
  chmod(program.c_str(), 0700);
  auto environment = Environment(Manifest());
  environment["PATH"] = "/usr/bin:/bin";
  const host::Fd socket(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const host::Fd another(open("/dev/null", O_RDONLY | O_CLOEXEC));
  auto process = host::Spawn(program, environment, socket.get(), 3, std::chrono::seconds(1));
  BOOST_REQUIRE_EQUAL(process ? "" : process.error(), "");
  BOOST_TEST(process->board.ReadLoad().threads == 3);
  waitpid(process->pid, nullptr, 0);
  char said[200] = {};
  BOOST_TEST(read(process->ready.get(), said, sizeof said - 1) > 0);
  BOOST_TEST(std::string(said) == "/dev/null\n/memfd:fnhost-scoreboard (deleted)\nalone\n");
  unlink(program.c_str());
  rmdir(folder);
}
