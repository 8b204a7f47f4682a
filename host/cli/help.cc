// `fnhost help` and `fnhost completion`: the commands about the commands.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "host/cli/completion/completion.h"
#include "host/cli/options.h"

namespace host {
namespace {

constexpr char kExamples[] = R"(Examples:
  source <(fnhost completion bash)                 for this shell
  fnhost completion bash > /etc/bash_completion.d/fnhost
  fnhost completion zsh > "${fpath[1]}/_fnhost"

Completes commands, options, files, and the names of functions, which a running host is asked for:
the one that --config or --socket of the line names, or FNHOST_SOCKET.
)";

constexpr char kHelpExamples[] = R"(Examples:
  fnhost help                                      all commands
  fnhost help deploy                               one, as `fnhost deploy --help`
)";

// A command's own line: it stands below its examples.
std::string LastLine(const std::string& description) {
  const size_t end = description.find_last_not_of('\n');
  const size_t start = description.rfind('\n', end);
  return description.substr(start == std::string::npos ? 0 : start + 1, end - start);
}

CommandWords WordsOf(const CLI::App& command) {
  CommandWords words{.name = command.get_name(),
                     .summary = LastLine(command.get_description()),
                     .options = {},
                     .arguments = {}};
  for (const CLI::Option* option : command.get_options()) {
    const bool takes_value = option->get_items_expected_max() > 0;
    const std::string type = takes_value ? option->get_type_name() : "";
    if (option->get_positional()) {
      words.arguments.push_back(type);
      continue;
    }
    CommandWords::Option& each = words.options.emplace_back();
    each.type = type;
    each.summary = option->get_description();
    for (const std::string& name : option->get_snames()) each.names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) each.names.push_back("--" + name);
  }
  return words;
}

std::vector<CLI::App*> Commands(CLI::App& app) {
  return app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); });
}

int Completion(CLI::App& app, const std::string& shell) {
  std::vector<CommandWords> words;
  for (const CLI::App* command : Commands(app)) words.push_back(WordsOf(*command));
  std::fputs((shell == "bash" ? BashCompletion(words) : ZshCompletion(words)).c_str(), stdout);
  return std::fflush(stdout) == 0 ? 0 : Fail("cannot write to stdout");
}

int Help(CLI::App& app, const std::string& name) {
  if (name.empty()) {
    // Not app.help(): that is the page of the command that was given, `help`.
    const auto page =
        app.get_formatter()->make_help(&app, app.get_name(), CLI::AppFormatMode::Normal);
    std::fputs(page.c_str(), stdout);
    return 0;
  }
  for (const CLI::App* command : Commands(app)) {
    if (command->get_name() != name) continue;
    std::fputs(command->help("fnhost").c_str(), stdout);
    return 0;
  }
  Fail("there is no command " + name);
  return 2;
}

}  // namespace

void AddCompletion(CLI::App& app, Chosen& chosen) {
  const auto shell = std::make_shared<std::string>();
  Command(app, chosen, "completion", "Print a script that completes fnhost's command line")
      .Examples(kExamples)
      .OneOf("shell", *shell, {"bash", "zsh"}, "The shell that reads it", Command::kRequired)
      .Run([&app, shell] { return Completion(app, *shell); });
}

void AddHelp(CLI::App& app, Chosen& chosen) {
  const auto name = std::make_shared<std::string>();
  Command(app, chosen, "help", "Explain a command")
      .Examples(kHelpExamples)
      .Text("command", *name, "COMMAND", "One of those that `fnhost help` lists")
      .Run([&app, name] { return Help(app, *name); });
}

}  // namespace host
