// Completion of the command line for shells. Pure: the commands in, a script out; so it knows each
// command and option as the program itself does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace host {

struct CommandWords {
  struct Option {
    std::vector<std::string> names;  // "-f", "--follow"
    std::string type;  // of its value: FILE, DIR, NAME, "a|b", ...; "" when it takes none
    std::string summary;
  };
  std::string name;
  std::string summary;
  std::vector<Option> options;
  std::vector<std::string> arguments;  // types of those by position
};

// To be sourced. Names of functions are asked from the running host (`fnhost status --names`, with
// the --config or --socket of the line, or FNHOST_SOCKET); without one there are none.
std::string BashCompletion(const std::vector<CommandWords>& commands);
std::string ZshCompletion(const std::vector<CommandWords>& commands);

// bash.template, zsh.template, as they stand in this folder.
std::string_view CompletionTemplate(std::string_view name);

}  // namespace host
