// FunctionPool: what can be seen of its workers.

#include <poll.h>

#include "host/base/clock.h"
#include "host/supervisor/function_pool.h"
#include "host/supervisor/process_stat.h"

namespace host {
namespace {

using std::chrono::nanoseconds;

// Reading a process's memory costs a file; its threads' state does not.
constexpr int kLooksPerMemory = 10;
// A worker shows about once a second that it lives.
constexpr std::chrono::seconds kSilence{5};

double Seconds(SteadyTime::duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

std::string_view Name(PoolMode mode) {
  switch (mode) {
    case PoolMode::kStatic:
      return "static";
    case PoolMode::kDynamic:
      return "dynamic";
    case PoolMode::kOndemand:
      break;
  }
  return "ondemand";
}

void FunctionPool::Look() {
  if (running_.empty()) return;
  LoadSeen seen{.workers = {}, .backlog = SomebodyWaits()};
  for (const auto& [id, running] : running_) seen.workers.push_back(LoadOf(id, running));
  ++looks_;
  Do(seen);
}

// Workers accept at once as long as they can.
bool FunctionPool::SomebodyWaits() const {
  if (!setup_.socket) return false;
  pollfd socket{.fd = setup_.socket.get(), .events = POLLIN, .revents = 0};
  return poll(&socket, 1, 0) > 0;
}

WorkerLoad FunctionPool::LoadOf(WorkerId id, const Running& running) {
  WorkerLoad load{.id = id};
  int64_t& memory = memory_kb_[id];
  if (looks_ % kLooksPerMemory == 0) memory = PrivateMemoryKb(running.process.pid);
  load.memory_kb = memory;
  const Scoreboard& board = running.process.board;
  if (!board.attached()) {
    // A program without a scoreboard: whenever it is asked, it wakes up.
    load.requests = Wakeups(running.process.pid);
    return load;
  }
  const Load now = board.ReadLoad();
  load.busy = now.busy;
  load.waiting = now.waiting;
  load.requests = now.requests;
  if (now.oldest_busy_ns != 0) load.oldest_busy = SteadyTime(nanoseconds(now.oldest_busy_ns));
  const int64_t alive = board.worker().alive_ns.load(std::memory_order_relaxed);
  load.silent =
      alive != 0 && std::chrono::steady_clock::now() - SteadyTime(nanoseconds(alive)) > kSilence;
  return load;
}

FunctionStatus FunctionPool::Status() const {
  const auto now = std::chrono::steady_clock::now();
  FunctionStatus status;
  status.name = name_;
  status.mode = Name(pool_.rules().mode);
  status.revision = pool_.revision();
  status.previous = pool_.previous();
  status.deploying = pool_.deploying();
  status.note = note_;
  status.memory_limit_kb = pool_.rules().memory_kb;
  status.min = pool_.rules().min;
  status.max = pool_.rules().max;
  status.wanted = pool_.wanted();
  status.ready = pool_.Count(WorkerState::kReady);
  status.starting = pool_.Count(WorkerState::kStarting);
  status.draining = pool_.Count(WorkerState::kDraining);
  status.failures = pool_.failures();
  if (const auto next = pool_.backing_off()) status.next_start_s = Seconds(*next - now);
  status.last_exit = last_exit_.text;
  if (!last_exit_.text.empty()) status.last_exit_s_ago = Seconds(now - last_exit_.at);
  const PoolCounts& counts = pool_.counts();
  status.restarts = counts.restarts;
  status.cold_starts = counts.cold_starts;
  status.deploys = counts.deploys;
  status.fall_backs = counts.fall_backs;
  status.scale_ups = counts.scale_ups;
  status.scale_downs = counts.scale_downs;
  status.recycled = counts.recycled;
  Totals totals = Sum(gone_).totals();
  for (const Worker& worker : pool_.workers()) {
    const auto running = running_.find(worker.id);
    if (running == running_.end()) continue;
    totals += running->second.process.board.ReadTotals();
    status.workers.push_back(StatusOf(worker, running->second));
    const Load load = running->second.process.board.ReadLoad();
    status.waiting += load.waiting;
    status.connections += load.connections;
    status.busy += status.workers.back().busy;
    status.threads += status.workers.back().threads;
  }
  status.requests = totals.requests;
  status.errors = totals.errors;
  status.timeouts = totals.timeouts;
  status.shed = totals.shed;
  status.slow = totals.slow;
  return status;
}

WorkerStatus FunctionPool::StatusOf(const Worker& worker, const Running& running) const {
  WorkerStatus status;
  status.pid = running.process.pid;
  status.state = Name(worker.state);
  status.uptime_s = Seconds(std::chrono::steady_clock::now() - worker.started);
  status.revision = running.revision;
  status.memory_kb = PrivateMemoryKb(running.process.pid);
  const Scoreboard& board = running.process.board;
  if (!board.attached()) return status;
  status.threads = board.threads();
  status.busy = board.ReadLoad().busy;
  status.requests = board.ReadTotals().requests;
  return status;
}

void FunctionPool::AddWatched(std::vector<WatchedWorker>& workers) const {
  for (const auto& [id, running] : running_) {
    if (!running.process.board.attached()) continue;
    workers.push_back({name_, running.revision, running.process.pid, &running.process.board});
  }
}

CountersByRevision FunctionPool::Counters() const {
  CountersByRevision all = gone_;
  for (const auto& [id, running] : running_) {
    all[running.revision] += running.process.board.ReadCounters();
  }
  return all;
}

}  // namespace host
