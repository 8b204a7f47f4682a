#include "host/supervisor/status.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace host {

// Missing keys keep their defaults, so that a new client understands an older host.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(WorkerStatus, pid, state, uptime_s, revision, busy,
                                                threads, requests, memory_kb)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(
    FunctionStatus, name, mode, revision, previous, deploying, note, min, max, wanted, ready,
    starting, draining, restarts, failures, next_start_s, last_exit, last_exit_s_ago, fault, busy,
    threads, waiting, connections, requests, errors, timeouts, shed, slow, memory_limit_kb,
    cold_starts, deploys, fall_backs, scale_ups, scale_downs, recycled, workers)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(HostStatus, version, revision, state, pid, uptime_s,
                                                leftovers, functions)

bool HostStatus::ready() const {
  return state == "running" && std::ranges::all_of(functions, &FunctionStatus::able);
}

std::string ToJson(const HostStatus& status) {
  nlohmann::json tree = status;
  return tree.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

HostStatus StatusFromJson(const std::string& json) {
  return nlohmann::json::parse(json).get<HostStatus>();
}

FunctionStatus FunctionStatusFromJson(const std::string& json) {
  return nlohmann::json::parse(json).get<FunctionStatus>();
}

}  // namespace host
