// Pool planning: which workers to start, to signal and to wait for. Pure: an event and the time go
// in, actions come out; somebody else (host/supervisor) carries the actions out and reports what
// happened. So back-off and drain are tested without a process or a sleep.
//
// A worker is starting (until it says ready, at most `ready_deadline`), ready, draining (asked to
// leave, at most `grace`), and then gone: gone workers are forgotten here.
//
// A dead worker is replaced at once when it had been ready for `settle`, or when it was ready and
// SIGKILL hit it from outside (an operator, the kernel: no sign of a program that cannot live). Any
// other death is a failure, and failures one after another delay the next start by 100 ms, 200 ms,
// ... 30 s. Workers of one round that fail together count once. A worker that stays ready for
// `settle` ends the series.
//
// Not promised yet: scaling (dynamic and ondemand pools are kept at `wanted`) and replacement by
// another revision.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "host/base/clock.h"

namespace host {

using std::chrono::milliseconds;

// A number from 0 up to, but without, 1.
using Random = std::function<double()>;

struct PoolRules {
  int wanted = 1;  // workers
  milliseconds grace{10'000};
  milliseconds ready_deadline{10'000};
  milliseconds settle{1'000};
  milliseconds backoff_least{100};
  milliseconds backoff_most{30'000};
};

enum class WorkerState { kStarting, kReady, kDraining };
std::string_view Name(WorkerState state);

using WorkerId = uint64_t;  // given by the pool, never used twice

struct Worker {
  WorkerId id = 0;
  WorkerState state = WorkerState::kStarting;
  SteadyTime started{};
  std::optional<SteadyTime> ready{};     // since when
  std::optional<SteadyTime> deadline{};  // SIGKILL then
  int round = 0;                         // failures in a row when it was started
  bool killed = false;                   // by the pool
};

// Events
struct Tick {};  // time went by
struct WorkerReady {
  WorkerId id;
};
struct WorkerGone {
  WorkerId id;
  bool by_sigkill = false;
};
struct StartFailed {  // no process came to be
  WorkerId id;
};
struct Drain {};  // for good: nothing is started any more
struct Kill {};   // Drain without patience
using PoolEvent = std::variant<Tick, WorkerReady, WorkerGone, StartFailed, Drain, Kill>;

// Actions
struct StartWorker {
  WorkerId id;
};
struct SignalWorker {
  WorkerId id;
  int signal;
  std::string_view why;  // for the log; lives as long as the program
};
using PoolAction = std::variant<StartWorker, SignalWorker>;

class Pool {
 public:
  Pool(const PoolRules& rules, Random random) : rules_(rules), random_(std::move(random)) {}

  // Events about workers that are gone already are ignored. The first Tick starts the pool.
  std::vector<PoolAction> Handle(const PoolEvent& event, SteadyTime now);

  // When the next Tick is due; nothing when only events matter.
  std::optional<SteadyTime> Next() const;

  const std::vector<Worker>& workers() const { return workers_; }
  const Worker* Find(WorkerId id) const;
  int Count(WorkerState state) const;
  int wanted() const { return draining_ ? 0 : rules_.wanted; }
  int64_t restarts() const;                   // workers started beyond the first ones
  int failures() const { return failures_; }  // in a row
  // Set while the start of a worker is put off.
  std::optional<SteadyTime> backing_off() const {
    return Missing() > 0 ? not_before_ : std::nullopt;
  }

 private:
  void On(Tick, SteadyTime) {}
  void On(WorkerReady event, SteadyTime now);
  void On(WorkerGone event, SteadyTime now);
  void On(StartFailed event, SteadyTime now);
  void On(Drain, SteadyTime now);
  void On(Kill, SteadyTime now);
  void Failed(const Worker& worker, SteadyTime now);
  void ForgiveAfterSettling(SteadyTime now);
  void Signal(Worker& worker, int signal, std::string_view why);
  milliseconds Backoff();
  int Missing() const;

  const PoolRules rules_;
  const Random random_;
  std::vector<Worker> workers_;
  std::vector<PoolAction> actions_;
  std::optional<SteadyTime> not_before_;
  WorkerId started_ = 0;
  int failures_ = 0;
  bool draining_ = false;
};

}  // namespace host
