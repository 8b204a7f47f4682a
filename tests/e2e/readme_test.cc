// The tour of README.md, run as a reader pastes it; only the port is another.

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <regex>

#include "tests/instance/document.h"
#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(readme)

size_t Count(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  return static_cast<size_t>(
      std::distance(std::sregex_iterator(text.begin(), text.end(), regex), std::sregex_iterator()));
}

BOOST_AUTO_TEST_CASE(the_tour_works_as_pasted) {
  auto script = e2e::ShellBlocks("README.md", "A two-minute tour");
  BOOST_REQUIRE(!script.empty());
  const auto base = e2e::Public("");
  script = std::regex_replace(script, std::regex("http://localhost:8080"), base);
  const auto ran = e2e::Bash("set -eu\n" + script);
  BOOST_TEST(ran.exit_code == 0);
  const auto& said = ran.output;
  BOOST_TEST(Count(said, "\"text\": ?\"My first thought\"") >= 2u, said);  // created, own list
  BOOST_TEST(Count(said, "A tale about a Platypus") >= 2u, said);          // search, by id
  BOOST_TEST(Count(said, "\"status\": ?401") == 1u, said);                 // after logging out
}

BOOST_AUTO_TEST_CASE(what_it_says_of_changes_while_it_runs_works_as_pasted) {
  const auto name = "hello_readme" + std::to_string(getpid());
  auto script = e2e::ShellBlocks("README.md", "Change it while it runs");
  BOOST_REQUIRE(!script.empty());
  script = std::regex_replace(script, std::regex("hello"), name);
  script = std::regex_replace(script, std::regex("http://localhost:8080"), e2e::Public(""));
  script = std::regex_replace(script, std::regex("dev deploy"),
                              "dev deploy --state '" + e2e::State() + "'");
  script = std::regex_replace(script, std::regex("dev fnhost"),
                              "dev fnhost --state '" + e2e::State() + "'");
  const auto ran = e2e::Bash("set -eu\n" + script);
  std::filesystem::remove_all(e2e::Repository() + "/functions/" + name);
  BOOST_TEST(ran.exit_code == 0);
  BOOST_TEST(Count(ran.output, "\"function\":\"" + name + "\"") == 1u, ran.output);
  BOOST_TEST(Count(ran.output, name + " +dynamic +ready +2/2") == 1u, ran.output);  // status
}

BOOST_AUTO_TEST_SUITE_END()
