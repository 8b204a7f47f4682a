#include "host/cli/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace host {
namespace {

CLI::Option* Named(CLI::Option* option, const char* type, Command::Need need) {
  option->type_name(type);
  option->required(need == Command::kRequired);
  return option;
}

}  // namespace

Command::Command(CLI::App& app, Chosen& chosen, const char* name, const char* summary)
    : command_(app.add_subcommand(name, summary)), chosen_(chosen) {}

Command& Command::Flag(const char* name, bool& value, const char* summary) {
  command_->add_flag(name, value, summary);
  return *this;
}

Command& Command::Text(const char* name, std::string& value, const char* type, const char* summary,
                       Need need) {
  Named(command_->add_option(name, value, summary), type, need);
  return *this;
}

Command& Command::Texts(const char* name, std::vector<std::string>& values, const char* type,
                        const char* summary) {
  Named(command_->add_option(name, values, summary), type, kOptional)
      ->allow_extra_args(name[0] != '-');
  return *this;
}

Command& Command::OneOf(const char* name, std::string& value, std::vector<std::string> allowed,
                        const char* summary, Need need) {
  std::string type;
  for (const std::string& each : allowed) type += (type.empty() ? "" : "|") + each;
  Named(command_->add_option(name, value, summary), type.c_str(), need)
      ->check(CLI::IsMember(std::move(allowed)).description(""));
  return *this;
}

Command& Command::Number(const char* name, int& value, const char* summary, int least, int most,
                         Need need) {
  Named(command_->add_option(name, value, summary), "N", need)->check(CLI::Range(least, most));
  return *this;
}

Command& Command::Config(std::string& file) {
  return Text("--config", file, "FILE", "Configuration of the host (JSON)", kRequired);
}

Command& Command::Host(HostOption& host) {
  host_ = &host;
  auto* config = command_->add_option("--config", host.config_file, "The host's configuration");
  auto* socket = command_->add_option(
      "--socket", host.socket, "Its control socket (default: FNHOST_SOCKET of the environment)");
  Named(config, "FILE", kOptional)->excludes(Named(socket, "PATH", kOptional));
  return *this;
}

Command& Command::Examples(const char* text) {
  command_->description(std::string(text) + "\n" + command_->get_description());
  return *this;
}

Command& Command::Hidden() {
  command_->group("");
  return *this;
}

void Command::Run(std::function<int()> run) {
  command_->callback([&chosen = chosen_, host = host_, run = std::move(run)] {
    if (host != nullptr && host->config_file.empty() && host->socket.empty() &&
        std::getenv("FNHOST_SOCKET") == nullptr) {
      throw CLI::RequiredError("--config FILE or --socket PATH");
    }
    chosen = run;
  });
}

void Misuse(const std::string& what) { throw CLI::ValidationError(what); }

}  // namespace host
