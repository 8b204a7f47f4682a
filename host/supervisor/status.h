// What the supervisor says about itself: the one source of `fnhost status`, /readyz and /metrics.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace host {

inline constexpr char kVersion[] = "0.1.0";

struct WorkerStatus {
  pid_t pid = 0;
  std::string state;  // starting, ready, draining
  double uptime_s = 0;
  std::string revision;
  // From its scoreboard; 0 for a program that writes none.
  int busy = 0;     // threads with a request
  int threads = 0;  // that handle requests
  int64_t requests = 0;
  int64_t memory_kb = 0;  // its own; what it shares with others does not count
};

struct FunctionStatus {
  std::string name;
  std::string mode;
  std::string revision;
  std::string previous;   // the revision that `fnhost rollback` brings back; "" when none
  std::string deploying;  // the revision that is being brought up; "" when none
  std::string note;       // how the last deploy failed, or why the host went back by itself
  int min = 0;            // workers, as in force now
  int max = 0;
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
  // Sums over the workers there are.
  int busy = 0;
  int threads = 0;
  int waiting = 0;  // requests taken from their sockets and not begun
  int connections = 0;
  // Since the supervisor started, those of workers that left included: they never go down.
  int64_t requests = 0;  // answered
  int64_t errors = 0;    // of them, with 500 to 599
  int64_t timeouts = 0;
  int64_t shed = 0;             // refused with 503: too much to do
  int64_t slow = 0;             // took longer than the configuration's "slow_ms"
  int64_t memory_limit_kb = 0;  // of one worker, by the manifest
  int64_t cold_starts = 0;
  int64_t deploys = 0;     // that succeeded
  int64_t fall_backs = 0;  // to the revision before, by the host itself
  int64_t scale_ups = 0;   // workers started for more load
  int64_t scale_downs = 0;
  std::map<std::string, int64_t> recycled;  // workers replaced, by reason
  std::vector<WorkerStatus> workers;

  // It serves, or sleeps until somebody asks.
  bool able() const { return fault.empty() && (ready > 0 || (wanted == 0 && failures == 0)); }
};

struct HostStatus {
  std::string version;
  std::string revision;
  std::string state;  // starting, running, stopping
  pid_t pid = 0;
  double uptime_s = 0;
  int leftovers = 0;  // workers of a dead supervisor
  std::vector<FunctionStatus> functions;

  bool ready() const;  // running, and each function able to serve
};

// One JSON object, with the names above.
std::string ToJson(const HostStatus& status);
// What an older host did not say yet stays at its default. Throws when `json` is no object or a
// value has another type.
HostStatus StatusFromJson(const std::string& json);
FunctionStatus FunctionStatusFromJson(const std::string& json);

}  // namespace host
