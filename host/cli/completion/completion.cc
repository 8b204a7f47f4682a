#include "host/cli/completion/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace host {
namespace {

void Replace(std::string& text, std::string_view what, const std::string& with) {
  text.replace(text.find(what), what.size(), with);
}

// What stands for a value of this type in the scripts; "" when nobody can guess it.
std::string Kind(const std::string& command, const std::string& type) {
  if (type == "FILE" || type == "PATH" || type.contains('|')) return type;
  if (type == "DIR" || type == "FOLDER") return "DIR";
  if (type == "METHOD") return "GET|HEAD|POST|PUT|PATCH|DELETE";
  // The one name that must not be there yet.
  return type == "NAME" && command != "new" ? "FUNCTION" : "";
}

std::string BashCase(const CommandWords& command) {
  std::string options;
  std::string valued;
  for (const auto& option : command.options) {
    for (const std::string& name : option.names) {
      options += (options.empty() ? "" : " ") + name;
      if (option.type.empty()) continue;
      valued += (valued.empty() ? "" : " ") + name + "=" + Kind(command.name, option.type);
    }
  }
  std::string arguments;
  for (const std::string& type : command.arguments) {
    arguments += fmt::format("{}'{}'", arguments.empty() ? "" : " ", Kind(command.name, type));
  }
  return fmt::format("    {}) options='{}' valued='{}' arguments=({}) ;;\n", command.name, options,
                     valued, arguments);
}

// Text within single quotes and an _arguments specification.
std::string ZshText(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string ZshAction(const std::string& kind) {
  if (kind == "FILE" || kind == "PATH") return "_files";
  if (kind == "DIR") return "_files -/";
  if (kind == "FUNCTION") return "_fnhost_functions";
  if (!kind.contains('|')) return " ";
  std::string words = kind;
  std::ranges::replace(words, '|', ' ');
  return "(" + words + ")";
}

std::string ZshCase(const CommandWords& command) {
  std::string text = fmt::format("    {})\n      _arguments", command.name);
  const auto value = [&](const std::string& type) {
    return fmt::format(":{}:{}", ZshText(type), ZshAction(Kind(command.name, type)));
  };
  for (const auto& option : command.options) {
    for (const std::string& name : option.names) {
      text += fmt::format(" \\\n        '{}[{}]{}'", name, ZshText(option.summary),
                          option.type.empty() ? "" : value(option.type));
    }
  }
  for (const std::string& type : command.arguments) {
    text += fmt::format(" \\\n        '{}'", value(type));
  }
  return text + "\n      ;;\n";
}

}  // namespace

std::string BashCompletion(const std::vector<CommandWords>& commands) {
  std::string names;
  std::string cases;
  for (const CommandWords& each : commands) {
    names += (names.empty() ? "" : " ") + each.name;
    cases += BashCase(each);
  }
  std::string script(CompletionTemplate("bash"));
  Replace(script, "{{commands}}", names);
  Replace(script, "{{cases}}", cases);
  return script;
}

std::string ZshCompletion(const std::vector<CommandWords>& commands) {
  std::string names;
  std::string cases;
  for (const CommandWords& each : commands) {
    names += fmt::format("    '{}:{}'\n", each.name, ZshText(each.summary));
    cases += ZshCase(each);
  }
  std::string script(CompletionTemplate("zsh"));
  Replace(script, "{{commands}}", names);
  Replace(script, "{{cases}}", cases);
  return script;
}

}  // namespace host
