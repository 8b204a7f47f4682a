// PoolRules: what an operator wants of a pool.
#pragma once

#include <chrono>
#include <cstdint>

#include "host/manifest/manifest.h"

namespace host {

using std::chrono::milliseconds;

struct PoolRules {
  PoolMode mode = PoolMode::kStatic;
  int min = 1;      // workers of a dynamic pool when nobody asks
  int max = 1;      // workers at most; a static pool always has them
  int threads = 8;  // of each worker
  milliseconds idle_timeout{60'000};

  // When a worker is replaced; 0: never for this reason.
  int64_t max_requests = 0;
  int64_t memory_kb = 0;
  milliseconds max_age{0};
  milliseconds timeout{0};  // a request's deadline

  milliseconds grace{10'000};
  milliseconds ready_deadline{10'000};
  milliseconds settle{1'000};
  milliseconds backoff_least{100};
  milliseconds backoff_most{30'000};

  // After a deploy, so many crashes within this time (and more than the old revision had in as
  // long) bring the old revision back.
  milliseconds probation{60'000};
  int probation_crashes = 3;
};

}  // namespace host
