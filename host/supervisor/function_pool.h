// One function's pool in the real world: carries out what Pool plans, with processes, and tells it
// what became of them.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "host/base/log.h"
#include "host/pool/pool.h"
#include "host/supervisor/event_loop.h"
#include "host/supervisor/fd.h"
#include "host/supervisor/launch.h"
#include "host/supervisor/revision_counters.h"
#include "host/supervisor/slow_watch.h"
#include "host/supervisor/spawn.h"
#include "host/supervisor/status.h"

namespace host {

class FunctionPool {
 public:
  // What others do about a pool's life; all are called from the loop's thread.
  struct Watcher {
    virtual ~Watcher() = default;
    virtual void Changed() = 0;  // after each change of a worker's state
    // A worker's process and its scoreboard's descriptor, as long as it lives.
    virtual void Started(const Launch& launch, const Process& process) = 0;
    virtual void Ended(const std::string& function, pid_t pid) = 0;
    // The worker is being told to leave; requests of it that run for longer than `limit` are why.
    virtual void Leaves(const WatchedWorker& worker, milliseconds limit) = 0;
    // Another revision serves, by a deploy or by the pool's own return to the one before.
    virtual void Serves(const std::string& function, const std::string& revision,
                        const std::string& previous) = 0;
  };

  // How a deploy goes on: the new revision serves; the last old worker has left; or it failed, and
  // the revision before goes on.
  struct DeployStep {
    enum Kind { kServes, kDone, kFailed } kind;
    std::string why;  // it failed
  };
  using DeployWatcher = std::function<void(const DeployStep&)>;

  struct Setup {
    Launch launch;  // without a revision: nothing is started until a deploy
    Fd socket;      // listening
    const HostConfig& config;
    ScaleOverride scale;
    Random random;
    Watcher& watcher;
  };
  FunctionPool(EventLoop& loop, Setup setup);
  ~FunctionPool();
  FunctionPool(const FunctionPool&) = delete;
  FunctionPool& operator=(const FunctionPool&) = delete;

  // Before Start: a worker that an earlier supervisor started, ready by its scoreboard.
  void Adopt(Process process, const std::string& revision);
  // Before Start: where a revision that crashes falls back to.
  void SetPrevious(Launch launch);
  void Start();

  // `watch` is called until kDone or kFailed. A deploy of another revision that is under way fails
  // first. Not for the revision that serves or is being deployed already.
  void Deploy(Launch launch, DeployWatcher watch);
  void Scale(const ScaleOverride& scale);
  // Sees how busy the workers are, and plans by it. About ten times a second.
  void Look();

  // Closes our copy of the socket, so that the last worker to leave ends the queue too.
  void Drain();
  void KillAll() { Do(Kill{}); }

  bool empty() const { return pool_.workers().empty(); }
  // All workers were ready once, or some cannot start: there is nothing more to wait for.
  bool settled() const { return settled_; }
  // It serves, or sleeps until somebody asks.
  bool able() const {
    return pool_.Count(WorkerState::kReady) > 0 || (pool_.wanted() == 0 && pool_.failures() == 0);
  }
  const std::string& name() const { return name_; }
  int socket() const { return setup_.socket.get(); }  // listening; -1 once it drains
  const Launch& launch() const { return launches_.at(pool_.revision()); }
  const ScaleOverride& scale() const { return setup_.scale; }
  const std::string& previous() const { return pool_.previous(); }
  const std::string& deploying() const { return pool_.deploying(); }
  FunctionStatus Status() const;
  // What was answered since the supervisor started; workers that left included. Only grows. Costs
  // some microseconds per thread.
  CountersByRevision Counters() const;
  // Its workers that write their scoreboards.
  void AddWatched(std::vector<WatchedWorker>& workers) const;

 private:
  struct Running {
    Process process;
    std::string revision;
    std::string killed{};          // why by us; "" when not
    EventLoop::TimerId lives = 0;  // when a program that says nothing counts as ready
  };
  struct Exit {
    std::string text;
    SteadyTime at;
    std::string revision;
  };
  struct Deploying {
    DeployWatcher watch;
    SteadyTime began;
  };

  void Do(const PoolEvent& event);
  void Apply(const StartWorker& action);
  void Apply(const SignalWorker& action);
  void Apply(const Deployed& action);
  void Apply(const DeployFailed& action);
  void Apply(const OldGone& action);
  void Apply(const FallsBack& action);
  Running& Watch(WorkerId id, Process process, const std::string& revision);
  void ReadReady(WorkerId id);
  void SayReady(WorkerId id);
  void Reap(WorkerId id);
  void LogExit(const Worker& worker, pid_t pid, const std::string& text) const;
  void WatchSocket();
  void ForgetLaunches();
  bool SomebodyWaits() const;
  WorkerLoad LoadOf(WorkerId id, const Running& running);
  WorkerStatus StatusOf(const Worker& worker, const Running& running) const;
  Log LogOf(const std::string& revision) const { return Log(name_, revision); }

  EventLoop& loop_;
  Setup setup_;
  const std::string name_;
  std::map<std::string, Launch> launches_;  // by revision: those that run, and the one before
  Pool pool_;
  std::map<WorkerId, Running> running_;
  CountersByRevision gone_;                   // of workers that left
  std::map<WorkerId, int64_t> memory_kb_;     // at the last look that asked
  std::map<std::string, Deploying> deploys_;  // by revision: those not done yet
  EventLoop::TimerId timer_ = 0;
  Exit last_exit_{};
  std::string note_;  // the last deploy's end, when it was a bad one
  int looks_ = 0;
  bool settled_ = false;
  bool watching_socket_ = false;
};

std::string_view Name(PoolMode mode);

}  // namespace host
