// Pool planning: which workers to start, to signal and to wait for. Pure: an event and the time go
// in, actions come out; somebody else (host/supervisor) carries the actions out and reports what
// happened. So scaling, deploys, back-off and drain are tested without a process or a sleep.
//
// A worker is starting (until it says ready, at most `ready_deadline`), ready, draining (asked to
// leave, at most `grace`), and then gone: gone workers are forgotten here.
//
// Deaths. A dead worker is replaced at once when it had been ready for `settle`, or when it was
// ready and SIGKILL hit it from outside (an operator, the kernel: no sign of a program that cannot
// live). Any other death is a failure, and failures one after another delay the next start
// (backoff.h). A worker that stays ready for `settle` ends the series.
//
// Scaling. A static pool has `max` workers. The others have what the load asks for (scaler.h),
// between `min` and `max`; one without workers is told when somebody waits (RequestWaits).
//
// Deploys. Workers of the new revision are started beside the old ones, as many as serve now; when
// all of them are ready, the old ones are drained. When one of them ends before that, or is late,
// the new ones leave and the old revision stays. For `probation` after a deploy the pool returns to
// the revision before by itself when the new one crashes more.
//
// Replacement. A worker beyond its number of requests, memory or age is replaced, one of a pool at
// a time, the new one ready first. One whose request ran past its deadline, or that gives no sign
// of life, is told to leave at once and killed soon.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.h"
#include "host/pool/backoff.h"
#include "host/pool/events.h"
#include "host/pool/scaler.h"

namespace host {

// Since the pool was made.
struct PoolCounts {
  int64_t restarts = 0;  // workers that ended without being asked
  int64_t cold_starts = 0;
  int64_t deploys = 0;     // that succeeded
  int64_t fall_backs = 0;  // by itself, to the revision before
  int64_t scale_ups = 0;   // workers started for more load
  int64_t scale_downs = 0;
  std::map<std::string, int64_t> recycled;  // by reason
};

class Pool {
 public:
  Pool(std::string revision, const PoolRules& rules, Random random);

  // Events about workers that are gone already are ignored. The first Tick starts the pool.
  std::vector<PoolAction> Handle(const PoolEvent& event, SteadyTime now);

  // Before the first event: a ready worker that an earlier supervisor started. Of another revision
  // it is drained as soon as the pool's own are ready.
  WorkerId Adopt(const std::string& revision, SteadyTime started, SteadyTime now);
  // The revision to return to when the current one crashes; from an earlier supervisor.
  void SetPrevious(const std::string& revision, const PoolRules& rules);

  // When the next Tick is due; nothing when only events matter.
  std::optional<SteadyTime> Next() const;

  const std::vector<Worker>& workers() const { return workers_; }
  const Worker* Find(WorkerId id) const;
  int Count(WorkerState state) const;
  int wanted() const { return draining_ ? 0 : scaler_.Target(rules()); }
  const PoolRules& rules() const { return current_.rules; }
  const std::string& revision() const { return current_.name; }
  const std::string& previous() const { return previous_ ? previous_->name : kNone; }
  const std::string& deploying() const { return next_ ? next_->name : kNone; }
  const PoolCounts& counts() const { return counts_; }
  int failures() const { return backoff_.failures(); }  // in a row
  // Set while the start of a worker is put off.
  std::optional<SteadyTime> backing_off() const {
    return Missing() > 0 ? backoff_.until() : std::nullopt;
  }
  // No worker, none wanted: tell it when somebody waits in the socket.
  bool asleep() const { return !draining_ && !next_ && Alive(current_.name) == 0 && wanted() == 0; }

 private:
  struct Revision {
    std::string name;
    PoolRules rules;
  };
  struct Rollout : Revision {
    int workers;  // that must be ready before the old ones leave
  };
  static const std::string kNone;

  void On(Tick, SteadyTime) {}
  void On(WorkerReady event, SteadyTime now);
  void On(WorkerGone event, SteadyTime now);
  void On(StartFailed event, SteadyTime now);
  void On(RequestWaits event, SteadyTime now);
  void On(const LoadSeen& event, SteadyTime now);
  void On(const Deploy& event, SteadyTime now);
  void On(const Scale& event, SteadyTime now);
  void On(Drain, SteadyTime now);
  void On(Kill, SteadyTime now);

  void KillLate(SteadyTime now);
  void Plan(SteadyTime now);
  void Advance(SteadyTime now);  // the deploy under way
  void Begin(Revision revision);
  void Fail(std::string_view why, SteadyTime now);
  void Crashed(SteadyTime now);
  void Recycle(SteadyTime now);
  void StartMissing(SteadyTime now);
  void DrainSurplus(SteadyTime now);
  void Start(const std::string& revision, SteadyTime now);
  void Leave(Worker& worker, std::string_view why, milliseconds grace, SteadyTime now);
  void Look(const WorkerLoad& load, SteadyTime now);

  Worker* Mutable(WorkerId id);
  int Alive(const std::string& revision) const;  // starting or ready
  int Ready(const std::string& revision) const;
  int Missing() const;
  void ForgiveAfterSettling(SteadyTime now);
  void Signal(Worker& worker, int signal, std::string_view why);

  Revision current_;
  std::optional<Revision> previous_;
  std::optional<Rollout> next_;
  const Random random_;
  Scaler scaler_;
  Backoff backoff_;
  PoolCounts counts_;
  std::vector<Worker> workers_;
  std::vector<PoolAction> actions_;
  std::map<WorkerId, int64_t> requests_;  // at the last look
  std::deque<SteadyTime> crashes_;        // of the current revision, within `probation`
  std::optional<SteadyTime> on_probation_until_;
  size_t crashes_before_ = 0;  // of the revision before, in as long
  WorkerId replacing_ = 0;     // leaves when one more is ready; 0: none
  WorkerId started_ = 0;
  bool old_left_ = true;
  bool falling_back_ = false;
  bool draining_ = false;
};

}  // namespace host
