#include "host/pool/pool.h"

#include <algorithm>
#include <csignal>
#include <utility>

namespace host {
namespace {

// Of one pool at once: more would only slow each other down.
constexpr int kMostStarting = 16;

}  // namespace

const std::string Pool::kNone;

std::string_view Name(WorkerState state) {
  switch (state) {
    case WorkerState::kStarting:
      return "starting";
    case WorkerState::kReady:
      return "ready";
    case WorkerState::kDraining:
      break;
  }
  return "draining";
}

Pool::Pool(std::string revision, const PoolRules& rules, Random random)
    : current_{.name = std::move(revision), .rules = rules}, random_(std::move(random)) {}

std::vector<PoolAction> Pool::Handle(const PoolEvent& event, SteadyTime now) {
  actions_.clear();
  ForgiveAfterSettling(now);
  std::visit([&](const auto& e) { On(e, now); }, event);
  KillLate(now);
  backoff_.Pass(now);
  if (!draining_) Plan(now);
  return std::exchange(actions_, {});
}

void Pool::Plan(SteadyTime now) {
  Advance(now);
  Recycle(now);
  StartMissing(now);
  DrainSurplus(now);
}

WorkerId Pool::Adopt(const std::string& revision, SteadyTime started, SteadyTime now) {
  workers_.push_back({.id = ++started_,
                      .revision = revision,
                      .state = WorkerState::kReady,
                      .started = started,
                      .ready = started,
                      .luck = random_()});
  scaler_.Hold(static_cast<int>(workers_.size()), now);
  return started_;
}

std::optional<SteadyTime> Pool::Next() const {
  auto next = backing_off();
  for (const Worker& worker : workers_) {
    if (worker.deadline && (!next || *worker.deadline < *next)) next = worker.deadline;
  }
  return next;
}

const Worker* Pool::Find(WorkerId id) const {
  const auto found = std::ranges::find(workers_, id, &Worker::id);
  return found == workers_.end() ? nullptr : &*found;
}

Worker* Pool::Mutable(WorkerId id) { return const_cast<Worker*>(Find(id)); }

int Pool::Count(WorkerState state) const {
  return static_cast<int>(std::ranges::count(workers_, state, &Worker::state));
}

int Pool::Alive(const std::string& revision) const {
  return static_cast<int>(std::ranges::count_if(workers_, [&](const Worker& each) {
    return each.state != WorkerState::kDraining && each.revision == revision;
  }));
}

int Pool::Ready(const std::string& revision) const {
  return static_cast<int>(std::ranges::count_if(workers_, [&](const Worker& each) {
    return each.state == WorkerState::kReady && each.revision == revision;
  }));
}

int Pool::Missing() const {
  if (draining_) return 0;
  return std::max(0, wanted() + (replacing_ != 0 ? 1 : 0) - Alive(current_.name));
}

void Pool::On(WorkerReady event, SteadyTime now) {
  Worker* worker = Mutable(event.id);
  // One that was told to leave, or shot for being late, does not come back by saying ready.
  if (worker == nullptr || worker->state != WorkerState::kStarting || worker->killed) return;
  worker->state = WorkerState::kReady;
  worker->ready = now;
  worker->deadline.reset();
}

void Pool::On(WorkerGone event, SteadyTime now) {
  const auto found = std::ranges::find(workers_, event.id, &Worker::id);
  if (found == workers_.end()) return;
  const Worker worker = *found;
  workers_.erase(found);
  requests_.erase(event.id);
  if (worker.state == WorkerState::kDraining) return;
  const bool from_outside = worker.ready && event.by_sigkill && !worker.killed;
  if (next_ && worker.revision == next_->name) {
    if (from_outside) return;
    return Fail(worker.killed  ? "a worker of it was not ready in time"
                : worker.ready ? "a worker of it ended soon after it was ready"
                               : "a worker of it ended before it was ready",
                now);
  }
  ++counts_.restarts;
  if (from_outside || worker.revision != current_.name) return;
  const bool settled = worker.ready && now - *worker.ready >= rules().settle;
  if (!settled) backoff_.Failed(worker.round, rules(), random_, now);
  Crashed(now);
}

void Pool::On(StartFailed event, SteadyTime now) { On(WorkerGone{event.id}, now); }

void Pool::On(Drain, SteadyTime now) {
  draining_ = true;
  if (next_) Fail("the host is stopping", now);
  for (Worker& worker : workers_) Leave(worker, "drain", rules().grace, now);
}

void Pool::On(Kill, SteadyTime now) {
  draining_ = true;
  for (Worker& worker : workers_) {
    worker.state = WorkerState::kDraining;
    worker.deadline = now;  // and so it is killed
  }
}

void Pool::KillLate(SteadyTime now) {
  for (Worker& worker : workers_) {
    if (!worker.deadline || *worker.deadline > now) continue;
    Signal(worker, SIGKILL,
           worker.state == WorkerState::kStarting ? "not ready in time"
                                                  : "still there after the grace period");
  }
}

void Pool::StartMissing(SteadyTime now) {
  int room = kMostStarting - Count(WorkerState::kStarting);
  if (next_) {
    for (int missing = next_->workers - Alive(next_->name); missing > 0 && room > 0; --missing) {
      Start(next_->name, now);
      --room;
    }
  }
  if (backoff_.until()) return;
  for (int missing = Missing(); missing > 0 && room > 0; --missing) {
    Start(current_.name, now);
    --room;
  }
}

void Pool::Start(const std::string& revision, SteadyTime now) {
  workers_.push_back({.id = ++started_,
                      .revision = revision,
                      .started = now,
                      .deadline = now + rules().ready_deadline,
                      .round = backoff_.failures(),
                      .luck = random_()});
  actions_.push_back(StartWorker{started_, revision});
}

void Pool::Leave(Worker& worker, std::string_view why, milliseconds grace, SteadyTime now) {
  if (worker.state == WorkerState::kDraining) return;
  worker.state = WorkerState::kDraining;
  worker.deadline = now + grace;
  Signal(worker, SIGTERM, why);
}

void Pool::ForgiveAfterSettling(SteadyTime now) {
  for (const Worker& worker : workers_) {
    if (worker.round >= backoff_.failures() && worker.ready &&
        now - *worker.ready >= rules().settle) {
      backoff_.Forgive();
    }
  }
}

void Pool::Signal(Worker& worker, int signal, std::string_view why) {
  if (signal == SIGKILL) {
    worker.deadline.reset();
    worker.killed = true;
  }
  actions_.push_back(SignalWorker{worker.id, signal, why});
}

}  // namespace host
