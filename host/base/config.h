// What a process is told from outside: environment variables, and files that they name (NAME_FILE).
// Secrets come from files alone.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace host {

class Config {
 public:
  using Lookup = std::function<std::optional<std::string>(const std::string&)>;
  Config();                        // the process's environment
  explicit Config(Lookup lookup);  // tests

  std::optional<std::string> Find(const std::string& name) const;
  // Throws std::runtime_error with a line that names the variable and what to do.
  std::string Text(const std::string& name) const;
  // Content of the file that variable `name` names, without its trailing line break. Throws like
  // Text.
  std::string FileText(const std::string& name) const;

 private:
  Lookup lookup_;
};

}  // namespace host
