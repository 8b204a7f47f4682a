// When the instance was used and stopped: nothing alarming in its logs, nothing left behind. Run
// after ./dev down.

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <regex>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(afterwards)

namespace fs = std::filesystem;

BOOST_AUTO_TEST_CASE(no_log_holds_an_alert_or_a_sanitizers_report) {
  const std::regex alarming(
      R"(\[(emerg|alert|crit)\]|Sanitizer|runtime error:|PANIC|corrupt|terminate called|Assertion)");
  int logs = 0;
  for (const auto& entry : fs::recursive_directory_iterator(e2e::State() + "/log")) {
    ++logs;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      BOOST_TEST(!std::regex_search(line, alarming), entry.path().filename() << ": " << line);
    }
  }
  BOOST_TEST(logs > 2);
}

BOOST_AUTO_TEST_CASE(no_log_holds_a_token_or_a_password) {
  const std::regex secret(R"(Bearer [A-Za-z0-9_-]+\.|demo-password|a password of person)");
  for (const auto& entry : fs::recursive_directory_iterator(e2e::State() + "/log")) {
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      BOOST_TEST(!std::regex_search(line, secret), entry.path().filename() << ": " << line);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_process_is_left) {
  BOOST_TEST(e2e::Workers("").empty());
  const auto state = e2e::State();
  for (const auto& folder : fs::directory_iterator("/proc")) {
    const std::string pid = folder.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(folder.path() / "cmdline");
    std::string command;
    std::getline(file, command);
    for (char& c : command) c = c == '\0' ? ' ' : c;
    const bool server = command.starts_with("nginx: ") ||
                        command.find("/fnhost ") != std::string::npos ||
                        command.find("/postgres ") != std::string::npos;
    BOOST_TEST(!(server && command.find(state) != std::string::npos), pid << ": " << command);
  }
}

BOOST_AUTO_TEST_CASE(no_socket_is_left) {
  for (const auto& entry : fs::recursive_directory_iterator(e2e::State())) {
    BOOST_TEST(!fs::is_socket(entry.symlink_status()), entry.path());
  }
}

BOOST_AUTO_TEST_SUITE_END()
