// The commands of `fnhost`. Each returns the process's exit code: 0 done, 1 failed (said on
// stderr).
#pragma once

#include <string>

namespace host {

// One pool in the foreground when `function` (a folder) is given, else all of the configuration's
// folder.
int Run(const std::string& config_file, const std::string& function);

struct StatusOptions {
  std::string config_file;
  std::string socket;  // goes before config_file
  bool json = false;
};
int Status(const StatusOptions& options);

struct NginxOptions {
  std::string config_file;
  bool check = false;
};
int Nginx(const NginxOptions& options);

}  // namespace host
