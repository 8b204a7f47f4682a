// One worker, as its pool knows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/clock.h"

namespace host {

enum class WorkerState { kStarting, kReady, kDraining };
std::string_view Name(WorkerState state);

using WorkerId = uint64_t;  // given by the pool, never used twice

struct Worker {
  WorkerId id = 0;
  std::string revision;
  WorkerState state = WorkerState::kStarting;
  SteadyTime started{};
  std::optional<SteadyTime> ready{};     // since when
  std::optional<SteadyTime> deadline{};  // SIGKILL then
  int round = 0;                         // failures in a row when it was started
  bool killed = false;                   // by the pool
  int busy = 0;                          // threads, when it was last looked at
  double luck = 0;             // 0 to 1: spreads limits, so that no two reach them at once
  std::string_view recycle{};  // why it shall be replaced; "" when it may stay
};

// What was seen of a worker.
struct WorkerLoad {
  WorkerId id = 0;
  int busy = 0;          // threads
  int waiting = 0;       // requests taken and not begun
  int64_t requests = 0;  // begun since its start: anything that grows with its work
  int64_t memory_kb = 0;
  std::optional<SteadyTime> oldest_busy{};  // since when its oldest request runs
  bool silent = false;                      // no sign of life for longer than it should take
};

}  // namespace host
