// A pool on its own clock. Starts succeed; what the pool asks for is kept for the test to look at.
#pragma once

#include <boost/test/unit_test.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/pool/pool.h"

namespace host::testing {

class Bench {
 public:
  explicit Bench(PoolRules rules, double random = 0)
      : pool("one", rules, [random] { return random; }) {
    Do(Tick{});
  }

  void Do(const PoolEvent& event) {
    started.clear();
    signals.clear();
    deployed.reset();
    failed.reset();
    falls_back.reset();
    old_gone = false;
    for (const PoolAction& action : pool.Handle(event, now)) {
      if (const auto* start = std::get_if<StartWorker>(&action)) started.push_back(start->id);
      if (const auto* signal = std::get_if<SignalWorker>(&action)) signals.push_back(*signal);
      if (const auto* done = std::get_if<Deployed>(&action)) deployed = *done;
      if (const auto* not_done = std::get_if<DeployFailed>(&action)) failed = *not_done;
      if (const auto* back = std::get_if<FallsBack>(&action)) falls_back = *back;
      if (std::holds_alternative<OldGone>(action)) old_gone = true;
    }
  }
  void Wait(std::chrono::milliseconds time) {
    now += time;
    Do(Tick{});
  }
  std::chrono::milliseconds UntilNext() const {
    BOOST_REQUIRE(pool.Next().has_value());
    return std::chrono::duration_cast<std::chrono::milliseconds>(*pool.Next() - now);
  }
  void Ready(const std::vector<WorkerId>& ids) {
    for (const WorkerId id : ids) Do(WorkerReady{id});
  }
  // All that are there, and what they do; the rest of `load` is as given.
  void See(int busy_each, WorkerLoad load = {}) {
    LoadSeen seen;
    if (busy_each > 0) ++requests;
    if (load.requests == 0) load.requests = requests;
    for (const Worker& worker : pool.workers()) {
      load.id = worker.id;
      load.busy = busy_each;
      seen.workers.push_back(load);
    }
    Do(seen);
  }
  std::vector<WorkerId> Signalled(int signal) const {
    std::vector<WorkerId> ids;
    for (const SignalWorker& each : signals) {
      if (each.signal == signal) ids.push_back(each.id);
    }
    return ids;
  }

  SteadyTime now{};
  Pool pool;
  int64_t requests = 0;
  std::vector<WorkerId> started;
  std::vector<SignalWorker> signals;
  std::optional<Deployed> deployed;
  std::optional<DeployFailed> failed;
  std::optional<FallsBack> falls_back;
  bool old_gone = false;
};

}  // namespace host::testing
