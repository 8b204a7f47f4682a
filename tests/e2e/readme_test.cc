// The tour of README.md, run as a reader pastes it; only the port is another.

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <regex>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(readme)

// All ```sh blocks below the heading, one after the other.
std::string Blocks(const std::string& heading) {
  std::ifstream file(e2e::Repository() + "/README.md");
  std::string found;
  bool in_section = false;
  bool in_block = false;
  for (std::string line; std::getline(file, line);) {
    if (!in_block && line.starts_with("## ")) in_section = line == "## " + heading;
    if (!in_section) continue;
    if (line == "```sh") {
      in_block = true;
    } else if (line == "```") {
      in_block = false;
    } else if (in_block) {
      found += line + "\n";
    }
  }
  return found;
}

size_t Count(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  return static_cast<size_t>(
      std::distance(std::sregex_iterator(text.begin(), text.end(), regex), std::sregex_iterator()));
}

BOOST_AUTO_TEST_CASE(the_tour_works_as_pasted) {
  auto script = Blocks("A two-minute tour");
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

BOOST_AUTO_TEST_SUITE_END()
