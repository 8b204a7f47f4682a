// The NGINX that runs with a prefix: its master process and the generation of its workers.
#pragma once

#include <sys/types.h>

#include <expected>
#include <optional>
#include <set>
#include <string>

#include "host/supervisor/fd.h"

namespace host {

class NginxMaster {
 public:
  // The process that `pid_file` names, when it is alive and an NGINX master; nothing when NGINX
  // does not run. The number is not trusted alone: it may be another process's by now.
  static std::optional<NginxMaster> Find(const std::string& pid_file);

  // Makes it read its configuration again. The error is a line for people.
  std::expected<void, std::string> Reload() const;
  bool alive() const;

  // Its workers that take connections, those that are shutting down left out.
  std::set<pid_t> Workers() const;

 private:
  NginxMaster(pid_t pid, Fd process) : pid_(pid), process_(std::move(process)) {}

  pid_t pid_;
  Fd process_;  // pidfd: the same process for ever
};

}  // namespace host
