// Programs that know nothing of the SDK as functions: a Perl script over Debian's libfcgi-perl, and
// plain libfcgi, behind a real NGINX. Each serves one connection at a time.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>
#include <vector>

#include "host/nginx_config/site_test_support.h"
#include "host/revisions/identity.h"
#include "host/supervisor/spawn.h"

namespace {

using host::testing::Answer;
using host::testing::MakeManifest;
using host::testing::Site;

constexpr const char* kPrograms[] = {"tests/behind_nginx/foreign_program.pl",
                                     "tests/behind_nginx/foreign_program"};
constexpr int kWorkers = 2;

host::Manifest ManifestOf(const std::string& program) {
  auto manifest = MakeManifest("things", {"GET", "PUT"}, "/things/{id:int}");
  manifest.limits.body_bytes = 200'000;
  manifest.sdk = host::IsSdkProgram(program);
  return manifest;
}

struct Running {
  explicit Running(const std::string& program)
      : site({ManifestOf(program)}, ""), listening(host::testing::Listen(site.SocketOf("things"))) {
    for (int i = 0; i < kWorkers; ++i) {
      auto process =
          host::Spawn(program, {{"PATH", "/usr/bin:/bin"}}, listening, 1, std::chrono::seconds(1));
      BOOST_REQUIRE(process.has_value());
      workers.push_back(process->pid);
    }
  }
  ~Running() {
    for (const pid_t pid : workers) {
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
    close(listening);
  }

  Site site;
  int listening;
  std::vector<pid_t> workers;
};

}  // namespace

BOOST_AUTO_TEST_CASE(foreign_programs_are_known_as_such) {
  for (const char* program : kPrograms) BOOST_TEST(!host::IsSdkProgram(program), program);
}

BOOST_AUTO_TEST_CASE(a_foreign_program_gets_methods_route_parameters_and_bodies) {
  for (const char* program : kPrograms) {
    const Running running(program);
    BOOST_TEST(running.site.Get("/things/77").body == "GET /things/77 id=77 \n");
    const std::string body(100'000, 'b');
    BOOST_TEST((running.site.Send("/things/7", {.method = "PUT", .body = body}).body ==
                "PUT /things/7 id=7 " + body + "\n"));
    const Answer teapot = running.site.Get("/things/7?status=418");
    BOOST_TEST(teapot.status == 418);
    BOOST_TEST(!teapot.Header("x-request-id").empty());
  }
}

// More clients than workers: none may wait behind a connection that NGINX keeps.
BOOST_AUTO_TEST_CASE(foreign_programs_serve_more_clients_than_they_have_workers) {
  for (const char* program : kPrograms) {
    const Running running(program);
    std::atomic<int> good{0};
    {
      std::vector<std::jthread> clients;
      for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&] {
          for (int k = 0; k < 20; ++k) good += running.site.Get("/things/1").status == 200 ? 1 : 0;
        });
      }
    }
    BOOST_TEST(good == 160);
  }
}
