// What the commands share: how they state their options, which host they mean, how they ask it.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "host/cli/commands.h"

namespace host {

// The running host that a command talks to: `--socket PATH`, or `--config FILE` of it, or the
// environment's FNHOST_SOCKET.
struct HostOption {
  std::string config_file;
  std::string socket;
};

// One command of the command line. A thin face of CLI11, whose header takes each file that includes
// it ten seconds to compile. What the options are written to must live as long as `app`: a
// shared_ptr that the function given to Run holds too does.
class Command {
 public:
  enum Need { kOptional, kRequired };
  static constexpr int kAny = std::numeric_limits<int>::max();

  Command(CLI::App& app, Chosen& chosen, const char* name, const char* summary);

  // `name` is "--json", "-f,--follow", or a word without dashes for an argument by position.
  // `type` is what the help calls the value.
  Command& Flag(const char* name, bool& value, const char* summary);
  Command& Text(const char* name, std::string& value, const char* type, const char* summary,
                Need need = kOptional);
  // An option that is given any number of times, or all that is left of the arguments by position.
  Command& Texts(const char* name, std::vector<std::string>& values, const char* type,
                 const char* summary);
  Command& OneOf(const char* name, std::string& value, std::vector<std::string> allowed,
                 const char* summary, Need need = kOptional);
  Command& Number(const char* name, int& value, const char* summary, int least = 0, int most = kAny,
                  Need need = kOptional);
  Command& Config(std::string& file);   // `--config FILE`, required
  Command& Host(HostOption& host);      // a command line that names no host is wrong usage
  Command& Examples(const char* text);  // lines that open the command's --help

  Command& Hidden();  // not in the help: for the host's own use

  // Last: what the command does. It is run after everything has been parsed.
  void Run(std::function<int()> run);

 private:
  CLI::App* command_;
  Chosen& chosen_;
  const HostOption* host_ = nullptr;
};

// Ends the parsing with exit 2, as for an option that CLI11 refuses. Not from within Run.
[[noreturn]] void Misuse(const std::string& what);

// The control socket. The error is a line for people.
std::expected<std::string, std::string> SocketOf(const HostOption& host);

// Sends a request, as {"command":"status"}, with open descriptors beside it, and gives the host's
// answer, whose "ok" is true. The error is a line for people: nobody there, nothing heard for
// `timeout`, or the host's own word.
std::expected<nlohmann::ordered_json, std::string> AskHost(
    const HostOption& host, const nlohmann::ordered_json& request, const std::vector<int>& fds = {},
    std::chrono::milliseconds timeout = std::chrono::seconds(5));

// Who gives the command, for the history: the user that sudo was called by, else the process's own.
std::string UserName();

// Says "fnhost: LINE" on stderr; returns 1.
int Fail(const std::string& line);
int Fail(const std::vector<std::string>& lines);

}  // namespace host
