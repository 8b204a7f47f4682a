// The keeper that is in the real fnhost.

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "host/keeper/keeper_client.h"
#include "host/supervisor/run_program.h"

namespace fs = std::filesystem;

namespace {

std::string Fnhost() { return fs::absolute("host/cli/fnhost").string(); }

host::ProgramEnd Run(const std::vector<std::string>& arguments) {
  host::EventLoop loop;
  host::ProgramEnd end;
  std::vector<std::string> argv = {Fnhost()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const auto program = host::RunProgram(loop, argv, [&](host::ProgramEnd found) {
    end = std::move(found);
    loop.Quit();
  });
  BOOST_REQUIRE_EQUAL(program ? "" : program.error(), "");
  loop.Run();
  return end;
}

}  // namespace

BOOST_AUTO_TEST_CASE(fnhost_keeps_for_a_supervisor_and_ends_with_it) {
  std::string folder = "/tmp/fnhost-keep-XXXXXX";
  BOOST_REQUIRE(mkdtemp(folder.data()) != nullptr);
  host::EventLoop loop;
  const host::Log log;
  auto keeper = host::KeeperClient::Open(
      loop, log, folder, {.program = Fnhost(), .patience = std::chrono::seconds(10)});
  BOOST_REQUIRE_EQUAL(keeper ? "" : keeper.error(), "");
  (*keeper)->Put("stdin", "what it is", 0);
  keeper->reset();  // as if killed
  keeper = host::KeeperClient::Open(loop, log, folder);
  BOOST_REQUIRE_EQUAL(keeper ? "" : keeper.error(), "");
  const auto kept = (*keeper)->TakeKept();
  BOOST_REQUIRE(kept.size() == 1u);
  BOOST_TEST(kept[0].metadata == "what it is");
  (*keeper)->End();
  BOOST_TEST(fs::is_empty(folder));
  fs::remove(folder);
}

BOOST_AUTO_TEST_CASE(keep_is_not_in_the_help_and_says_so_when_started_by_hand) {
  const auto help = Run({"--help"});
  BOOST_TEST(help.ok());
  BOOST_TEST(help.text.find("status") != std::string::npos);
  BOOST_TEST(help.text.find("keep") == std::string::npos);
  const auto by_hand = Run({"keep", "/tmp/none.sock"});
  BOOST_TEST(by_hand.exit == 1);
  BOOST_TEST(by_hand.text.find("`fnhost run` starts this by itself") != std::string::npos);
  BOOST_TEST(Run({"keep"}).exit == 2);
}
