// A newcomer's first function: the walk of docs/writing-a-function.md, as a reader pastes it; only
// the port, the state and the function's name are others.

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>

#include "tests/instance/document.h"
#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(newcomer)

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double SecondsOf(const std::string& script, e2e::Ran& ran) {
  const auto begin = Clock::now();
  ran = e2e::Bash("set -eu\n" + script);
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

long Lines(const fs::path& folder) {
  long lines = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) ++lines;
  }
  return lines;
}

// The folder that the walk makes in the source tree goes with this object.
struct Made {
  fs::path folder;
  ~Made() { fs::remove_all(folder); }
};

BOOST_AUTO_TEST_CASE(a_first_function_is_served_within_two_minutes_and_forty_lines) {
  const auto name = "hello" + std::to_string(getpid());
  const Made made{e2e::Repository() + "/functions/" + name};
  auto walk = e2e::ShellBlocks("docs/writing-a-function.md", "In two minutes");
  BOOST_REQUIRE(!walk.empty());
  walk = std::regex_replace(walk, std::regex("hello"), name);
  walk = std::regex_replace(walk, std::regex("http://localhost:8080"), e2e::Public(""));
  walk = std::regex_replace(walk, std::regex("dev deploy"),
                            "dev deploy --state '" + e2e::State() + "'");

  e2e::Ran ran;
  const double walked = SecondsOf(walk, ran);
  BOOST_TEST(ran.exit_code == 0);
  BOOST_TEST(ran.output.ends_with("{\"" + name + "\":\"world\"}"), ran.output);
  BOOST_TEST(walked < 120);
  const long lines = Lines(made.folder);
  BOOST_TEST(lines < 40);

  // And from an edited line to the new answer: 10 s on a machine that does nothing else.
  const auto again = "sed -i 's/\"world\"/\"again\"/' functions/" + name +
                     "/handler.cc\n./dev deploy " + name + " --state '" + e2e::State() + "'\n";
  const double deployed = SecondsOf(again, ran);
  BOOST_TEST(ran.exit_code == 0);
  BOOST_TEST(e2e::Get(e2e::Public("/" + name)).body == "{\"" + name + "\":\"again\"}");
  BOOST_TEST(deployed < 60);
  std::cout << "the walk took " << walked << " s, " << lines
            << " lines; an edited line was served in " << deployed << " s\n";
}

BOOST_AUTO_TEST_SUITE_END()
