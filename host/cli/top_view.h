// What `fnhost top` shows: the difference between two looks at a host. Pure: no terminal, no clock.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/scoreboard/counters.h"
#include "host/supervisor/status.h"

namespace host {

struct TopSample {
  double at_s = 0;  // any clock that does not jump
  HostStatus status;
  std::map<std::string, DurationHistogram> durations;  // by function
};

struct TopRow {
  std::string name;
  std::string state;
  int ready = 0;
  int wanted = 0;
  int busy = 0;
  int threads = 0;
  int waiting = 0;
  double requests_per_s = 0;
  double errors_per_s = 0;
  double p50_s = -1;  // -1: nothing was answered
  double p95_s = -1;
  int64_t memory_kb = 0;
};

// A host that was started again in between counts from 0: then all that `now` has counts.
std::vector<TopRow> TopRows(const TopSample& before, const TopSample& now);

// The duration below which `q` of the answers stay, as Prometheus' histogram_quantile() guesses it:
// evenly spread within a bucket, and the last bound for what is longer. -1 when there are none.
double Quantile(const DurationHistogram& durations, double q);

enum class TopOrder { kRequests, kLatency, kErrors, kBusy, kMemory, kName };

// Largest first, equal ones by name.
void Sort(std::vector<TopRow>& rows, TopOrder order);

// Two lines about the host and a table, at most `height` lines of `width` characters (0: any).
std::string TopText(const TopSample& now, const std::vector<TopRow>& rows, size_t width,
                    size_t height);

}  // namespace host
