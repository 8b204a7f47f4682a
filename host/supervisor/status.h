// What the supervisor says about itself: the one source of `fnhost status`, /readyz and /metrics.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace host {

inline constexpr char kVersion[] = "0.1.0";

struct WorkerStatus {
  pid_t pid = 0;
  std::string state;  // starting, ready, draining
  double uptime_s = 0;
};

struct FunctionStatus {
  std::string name;
  std::string mode;
  std::string revision;
  int wanted = 0;
  int ready = 0;
  int starting = 0;
  int draining = 0;
  int64_t restarts = 0;
  int failures = 0;          // in a row
  double next_start_s = -1;  // set while the next start is put off
  std::string last_exit;     // "" when none ended yet
  double last_exit_s_ago = 0;
  std::string fault;  // why it cannot run at all
  std::vector<WorkerStatus> workers;
};

struct HostStatus {
  std::string version;
  std::string revision;
  std::string state;  // starting, running, stopping
  pid_t pid = 0;
  double uptime_s = 0;
  int leftovers = 0;  // workers of a dead supervisor
  std::vector<FunctionStatus> functions;

  bool ready() const;  // running, and each function has a ready worker
};

// One JSON object, with the names above.
std::string ToJson(const HostStatus& status);
// Throws std::runtime_error when `json` is none of ours.
HostStatus StatusFromJson(const std::string& json);

}  // namespace host
