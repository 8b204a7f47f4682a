#include "host/cli/completion/completion.h"

#include <sys/wait.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>

namespace {

std::vector<host::CommandWords> Commands() {
  const host::CommandWords::Option socket{{"--socket"}, "PATH", "Its control socket"};
  return {
      {.name = "status",
       .summary = "Show: what [runs]",
       .options = {{{"--json"}, "", "One 'object'"}, {{"--config"}, "FILE", "Its"}, socket},
       .arguments = {"NAME"}},
      {.name = "logs",
       .summary = "Show logs",
       .options = {{{"-f", "--follow"}, "", "Go on"},
                   {{"--level"}, "debug|info|warning", "Least"},
                   socket},
       .arguments = {"NAME"}},
      {.name = "invoke", .summary = "Call", .options = {socket}, .arguments = {"NAME", "METHOD"}},
      {.name = "new", .summary = "Make", .options = {socket}, .arguments = {"NAME"}}};
}

// The script in a file, and a `fnhost` that knows two functions of one socket.
std::string Shell(const std::string& shell, const std::string& script, const std::string& then) {
  const std::string folder = std::getenv("TEST_TMPDIR");
  const std::string file = folder + "/words";
  std::ofstream(file) << script;
  const std::string command =
      shell + " -c '" +
      "fnhost() { [[ $* == \"status --names --socket /s\" ]] && echo login && "
      "echo logout; }; source " +
      file + "; " + then + "' 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  std::string text;
  std::array<char, 4096> buffer{};
  while (const size_t size = fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    text.append(buffer.data(), size);
  }
  return text;
}

// What bash offers for the last of `words`.
std::string Complete(const std::string& words) {
  return Shell("bash", host::BashCompletion(Commands()),
               "compopt() { :; }; COMP_WORDS=(" + words +
                   "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _fnhost; echo \"${COMPREPLY[*]}\"");
}

}  // namespace

BOOST_AUTO_TEST_CASE(bash_completes_commands_options_and_their_values) {
  BOOST_TEST(Complete("fnhost st") == "status\n");
  BOOST_TEST(Complete("fnhost status --j") == "--json\n");
  BOOST_TEST(Complete("fnhost logs -") == "-f --follow --level --socket\n");
  BOOST_TEST(Complete("fnhost logs --level w") == "warning\n");
  BOOST_TEST(Complete("fnhost status --config /etc/host").starts_with("/etc/host"));
  BOOST_TEST(Complete("fnhost nothing \"\"") == "\n");
}

BOOST_AUTO_TEST_CASE(bash_asks_the_host_of_the_line_for_functions) {
  BOOST_TEST(Complete("fnhost status --socket /s log") == "login logout\n");
  BOOST_TEST(Complete("fnhost logs --socket /s --level info logi") == "login\n");
  BOOST_TEST(Complete("fnhost invoke --socket /s login P") == "POST PUT PATCH\n");
  BOOST_TEST(Complete("fnhost status log") == "\n");           // no host, no names
  BOOST_TEST(Complete("fnhost new --socket /s log") == "\n");  // must not be there yet
}

BOOST_AUTO_TEST_CASE(zsh_gets_a_script_that_quotes_what_is_special_to_it) {
  const std::string script = host::ZshCompletion(Commands());
  BOOST_TEST(script.starts_with("#compdef fnhost\n"));
  BOOST_TEST(script.find("'status:Show\\: what \\[runs\\]'") != std::string::npos);
  BOOST_TEST(script.find("'--json[One '\\''object'\\'']'") != std::string::npos);
  BOOST_TEST(script.find("'--level[Least]:debug|info|warning:(debug info warning)'") !=
             std::string::npos);
  BOOST_TEST(script.find("':NAME:_fnhost_functions'") != std::string::npos);
  if (std::system("command -v zsh > /dev/null") == 0) {
    BOOST_TEST(Shell("zsh", "compdef() { :; }\n" + script, "echo read") == "read\n");
  }
}
