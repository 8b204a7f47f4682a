// When the instance was used and stopped: nothing alarming in its logs, nothing left behind. Run
// after ./dev down. tests/chaos writes the processes that it killed, and that are told by an alert,
// into STATE/killed.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(afterwards)

namespace fs = std::filesystem;

// Whether the line tells of nothing but a process that was killed on purpose.
bool TellsOfKilled(const std::string& line) {
  static const std::set<std::string> killed = [] {
    std::ifstream file(e2e::State() + "/killed");
    return std::set<std::string>(std::istream_iterator<std::string>(file), {});
  }();
  static const std::regex alert(
      R"(\[alert\] .* (worker process (\d+) exited on signal 9|was locked by (\d+)))");
  std::smatch match;
  return std::regex_search(line, match, alert) &&
         killed.contains(match[2].matched ? match[2].str() : match[3].str());
}

bool Holds(const std::string& line, const std::vector<std::string>& words) {
  return std::ranges::any_of(words, [&](const auto& word) { return line.find(word) != line.npos; });
}

// What `faulty` says of each line of each log must be false; returns the number of logs.
template <typename Faulty>
int ReadLogs(const Faulty& faulty) {
  int logs = 0;
  for (const auto& entry : fs::recursive_directory_iterator(e2e::State() + "/log")) {
    ++logs;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      if (faulty(line)) BOOST_ERROR(entry.path().filename() << ": " << line);
    }
  }
  return logs;
}

BOOST_AUTO_TEST_CASE(no_log_holds_an_alert_or_a_sanitizers_report) {
  const std::vector<std::string> alarming = {"[emerg]",   "[alert]",          "[crit]",
                                             "Sanitizer", "runtime error:",   "PANIC",
                                             "corrupt",   "terminate called", "Assertion"};
  const int logs =
      ReadLogs([&](const auto& line) { return Holds(line, alarming) && !TellsOfKilled(line); });
  BOOST_TEST(logs > 2);
}

BOOST_AUTO_TEST_CASE(no_log_holds_a_token_or_a_password) {
  const std::vector<std::string> secret = {"Bearer ey", "demo-password", "a password of person"};
  const int logs = ReadLogs([&](const auto& line) { return Holds(line, secret); });
  BOOST_TEST(logs > 2);
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
