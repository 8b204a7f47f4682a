// What the command line says of itself, and its live view in a terminal.

#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <sstream>
#include <string>
#include <vector>

#include "host/cli/fnhost_test_support.h"

using host::testing::Ended;
using host::testing::Eventually;
using host::testing::Fnhost;
using host::testing::TestHost;

namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The commands as `fnhost --help` lists them.
std::vector<std::string> Commands() {
  std::vector<std::string> commands;
  std::istringstream help(Fnhost("--help").text);
  bool listed = false;
  for (std::string line; std::getline(help, line);) {
    if (listed && line.starts_with("  ") && line[2] != ' ') {
      commands.push_back(line.substr(2, line.find(' ', 2) - 2));
    }
    listed = listed || line == "Subcommands:";
  }
  return commands;
}

// `fnhost WORDS` in a terminal of 24 lines of 80 characters.
class Terminal {
 public:
  explicit Terminal(const std::string& words) {
    const winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
    pid_ = forkpty(&fd_, nullptr, nullptr, &size);
    if (pid_ != 0) return;
    execl("/bin/sh", "sh", "-c", ("exec host/cli/fnhost " + words).c_str(), nullptr);
    _exit(127);
  }
  ~Terminal() {
    if (pid_ > 0) kill(pid_, SIGKILL);
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
    close(fd_);
  }
  Terminal(const Terminal&) = delete;

  // Waits until the screen has shown `text`.
  bool Shows(const std::string& text) {
    return Eventually([&] {
      pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
      char buffer[4096];
      while (poll(&waiting, 1, 0) > 0) {
        const ssize_t size = read(fd_, buffer, sizeof buffer);
        if (size <= 0) break;
        shown_.append(buffer, size);
      }
      return Contains(shown_, text);
    });
  }
  void Type(char key) const { BOOST_REQUIRE(write(fd_, &key, 1) == 1); }
  bool echoes() const {
    termios now{};
    return tcgetattr(fd_, &now) == 0 && (now.c_lflag & ECHO) != 0;
  }
  int Wait() {
    int status = 0;
    if (!Eventually([&] { return waitpid(pid_, &status, WNOHANG) == pid_; })) return -1;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
  const std::string& shown() const { return shown_; }

 private:
  int fd_ = -1;
  pid_t pid_ = -1;
  std::string shown_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_page_of_every_command_opens_with_examples_and_help_shows_it_too) {
  const auto commands = Commands();
  BOOST_TEST(commands.size() >= 15u);
  for (const std::string& command : commands) {
    const Ended page = Fnhost(command + " --help");
    BOOST_TEST(page.exit == 0);
    BOOST_TEST(page.text.starts_with("Examples:\n"), command);
    BOOST_TEST(Contains(page.text, "fnhost " + command), command);
    BOOST_TEST(Fnhost("help " + command).text == page.text, command);
  }
  BOOST_TEST(Fnhost("help").text == Fnhost("--help").text);
  BOOST_TEST(Fnhost("help nothing").exit == 2);
}

BOOST_AUTO_TEST_CASE(completion_knows_every_command) {
  const Ended script = Fnhost("completion bash");
  BOOST_TEST(script.exit == 0);
  const std::string zsh = Fnhost("completion zsh").text;
  for (const std::string& command : Commands()) {
    BOOST_TEST(Contains(script.text, "\n    " + command + ") options='-h --help"), command);
    BOOST_TEST(Contains(zsh, "\n    " + command + ")\n"), command);
  }
  BOOST_TEST(!Contains(script.text, "keep)"));  // nobody types it
  BOOST_TEST(Fnhost("completion fish").exit == 2);
}

BOOST_AUTO_TEST_CASE(status_shows_a_table_one_function_or_names) {
  TestHost host;
  host.Add("good", 2, "busy");
  host.Start();
  BOOST_REQUIRE(Eventually([&] { return host.Function("good").ready == 2; }));
  const std::string of = " --socket " + host.run_dir() + "/fnhost.sock";
  BOOST_TEST(Contains(Fnhost("status" + of).text, "\ngood      static  ready  2/2"));
  const std::string one = Fnhost("status good" + of).text;
  BOOST_TEST(Contains(one, "6 requests, 2 errors"), one);
  BOOST_TEST(Contains(one, std::to_string(host.Function("good").workers.at(1).pid)), one);
  BOOST_TEST(Fnhost("status --names" + of).text == "good\n");
  BOOST_TEST(Contains(Fnhost("status good --json" + of).text, "\"name\":\"good\""));
  const Ended none = Fnhost("status nothing" + of);
  BOOST_TEST(none.exit == 1);
  BOOST_TEST(none.text == "fnhost: this host has no function nothing\n");
  BOOST_TEST(Fnhost("status --names --json" + of).exit == 2);
}

BOOST_AUTO_TEST_CASE(top_once_prints_a_table_into_a_pipe_without_escapes) {
  TestHost host;
  host.Add("good", 1, "busy");
  host.Start();
  BOOST_REQUIRE(Eventually([&] { return host.Function("good").ready == 1; }));
  const Ended top = Fnhost("top --once --socket " + host.run_dir() + "/fnhost.sock");
  BOOST_TEST(top.exit == 0);
  BOOST_TEST(Contains(top.text, "\nFUNCTION  STATE"), top.text);
  BOOST_TEST(Contains(top.text, "\ngood      ready    1/1   1/1"), top.text);
  BOOST_TEST(!Contains(top.text, "\x1b"));
}

BOOST_AUTO_TEST_CASE(top_gives_the_terminal_back_however_it_ends) {
  TestHost host;
  host.Add("good", 1, "busy");
  host.Start();
  BOOST_REQUIRE(Eventually([&] { return host.Function("good").ready == 1; }));
  for (const char end : {'q', '\x03'}) {  // Ctrl-C
    Terminal terminal("top --socket " + host.run_dir() + "/fnhost.sock");
    BOOST_REQUIRE_MESSAGE(terminal.Shows("good      ready"), terminal.shown());
    BOOST_TEST(Contains(terminal.shown(), "\x1b[?1049h"));
    BOOST_TEST(!terminal.echoes());
    terminal.Type('n');  // another order is no end
    terminal.Type(end);
    BOOST_TEST(terminal.Shows("\x1b[?1049l"));
    BOOST_TEST(terminal.Wait() == 0);
    BOOST_TEST(terminal.echoes());
  }
  Terminal terminal("top --socket " + host.run_dir() + "/fnhost.sock");
  BOOST_REQUIRE(terminal.Shows("good      ready"));
  kill(host.pid(), SIGKILL);  // the host dies under the view
  BOOST_TEST(terminal.Shows("\x1b[?1049l"));
  BOOST_TEST(terminal.Shows("fnhost: "));
  BOOST_TEST(terminal.Wait() == 1);
  BOOST_TEST(terminal.echoes());
}
