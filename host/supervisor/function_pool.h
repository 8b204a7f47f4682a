// One function's pool in the real world: carries out what Pool plans, with processes, and tells it
// what became of them.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "host/base/log.h"
#include "host/manifest/manifest.h"
#include "host/pool/pool.h"
#include "host/supervisor/event_loop.h"
#include "host/supervisor/fd.h"
#include "host/supervisor/revision_counters.h"
#include "host/supervisor/spawn.h"
#include "host/supervisor/status.h"

namespace host {

class FunctionPool {
 public:
  struct Setup {
    Manifest manifest;
    std::string revision;
    std::string binary;
    Variables environment;
    Fd socket;  // listening
    milliseconds grace;
    Random random;
    std::function<void()> changed;  // after each change of a worker's state
  };
  FunctionPool(EventLoop& loop, Setup setup);
  FunctionPool(const FunctionPool&) = delete;
  FunctionPool& operator=(const FunctionPool&) = delete;

  void Start() { Do(Tick{}); }
  // Closes our copy of the socket, so that the last worker to leave ends the queue too.
  void Drain();
  void KillAll() { Do(Kill{}); }

  bool empty() const { return pool_.workers().empty(); }
  // All workers were ready once, or some cannot start: there is nothing more to wait for.
  bool settled() const { return settled_; }
  const std::string& name() const { return setup_.manifest.name; }
  FunctionStatus Status() const;
  // What was answered since the supervisor started; workers that left included. Only grows. Costs
  // some microseconds per thread.
  CountersByRevision Counters() const;

 private:
  struct Running {
    Process process;
    std::string revision;
    std::string killed;  // why by us; "" when not
  };
  struct Exit {
    std::string text;
    SteadyTime at;
  };

  void Do(const PoolEvent& event);
  void Apply(const StartWorker& action);
  void Apply(const SignalWorker& action);
  void ReadReady(WorkerId id);
  void Reap(WorkerId id);
  void LogExit(const Worker& worker, pid_t pid, const std::string& text) const;
  void StopWatching(Running& running);
  WorkerStatus StatusOf(const Worker& worker, const Running& running) const;

  EventLoop& loop_;
  Setup setup_;
  const Log log_;
  Pool pool_;
  std::map<WorkerId, Running> running_;
  CountersByRevision gone_;  // of workers that left
  EventLoop::TimerId timer_ = 0;
  Exit last_exit_{};
  bool settled_ = false;
};

std::string_view Name(PoolMode mode);

}  // namespace host
