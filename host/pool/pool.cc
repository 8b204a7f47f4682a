#include "host/pool/pool.h"

#include <algorithm>
#include <csignal>
#include <utility>

namespace host {

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

std::vector<PoolAction> Pool::Handle(const PoolEvent& event, SteadyTime now) {
  actions_.clear();
  ForgiveAfterSettling(now);
  std::visit([&](const auto& e) { On(e, now); }, event);

  for (Worker& worker : workers_) {
    if (worker.deadline && *worker.deadline <= now) {
      Signal(worker, SIGKILL,
             worker.state == WorkerState::kStarting ? "not ready in time"
                                                    : "still there after the grace period");
    }
  }
  if (not_before_ && *not_before_ <= now) not_before_.reset();
  if (!not_before_) {
    for (int missing = Missing(); missing > 0; --missing) {
      workers_.push_back({.id = ++started_,
                          .started = now,
                          .deadline = now + rules_.ready_deadline,
                          .round = failures_});
      actions_.push_back(StartWorker{started_});
    }
  }
  return std::exchange(actions_, {});
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

int Pool::Count(WorkerState state) const {
  return static_cast<int>(std::ranges::count(workers_, state, &Worker::state));
}

int64_t Pool::restarts() const {
  return std::max<int64_t>(0, static_cast<int64_t>(started_) - rules_.wanted);
}

void Pool::On(WorkerReady event, SteadyTime now) {
  const auto worker = std::ranges::find(workers_, event.id, &Worker::id);
  // One that was told to leave, or shot for being late, does not come back by saying ready.
  if (worker == workers_.end() || worker->state != WorkerState::kStarting || worker->killed) return;
  worker->state = WorkerState::kReady;
  worker->ready = now;
  worker->deadline.reset();
}

void Pool::On(WorkerGone event, SteadyTime now) {
  const auto found = std::ranges::find(workers_, event.id, &Worker::id);
  if (found == workers_.end()) return;
  const Worker worker = *found;
  workers_.erase(found);
  if (worker.state == WorkerState::kDraining) return;
  const bool settled = worker.ready && now - *worker.ready >= rules_.settle;
  const bool from_outside = worker.ready && event.by_sigkill && !worker.killed;
  if (!settled && !from_outside) Failed(worker, now);
}

void Pool::On(StartFailed event, SteadyTime now) { On(WorkerGone{event.id}, now); }

void Pool::On(Drain, SteadyTime now) {
  draining_ = true;
  for (Worker& worker : workers_) {
    if (worker.state == WorkerState::kDraining) continue;
    worker.state = WorkerState::kDraining;
    worker.deadline = now + rules_.grace;
    Signal(worker, SIGTERM, "drain");
  }
}

void Pool::On(Kill, SteadyTime now) {
  draining_ = true;
  for (Worker& worker : workers_) {
    worker.state = WorkerState::kDraining;
    worker.deadline = now;  // and so Handle kills it
  }
}

void Pool::Failed(const Worker& worker, SteadyTime now) {
  if (worker.round < failures_) return;  // its round was counted when the first one failed
  ++failures_;
  not_before_ = now + Backoff();
}

void Pool::ForgiveAfterSettling(SteadyTime now) {
  for (const Worker& worker : workers_) {
    if (worker.round >= failures_ && worker.ready && now - *worker.ready >= rules_.settle) {
      failures_ = 0;
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

// Doubles with each failure; up to a fifth less by chance, so that pools do not come back in step.
milliseconds Pool::Backoff() {
  milliseconds delay = rules_.backoff_least;
  for (int i = 1; i < failures_ && delay < rules_.backoff_most; ++i) delay *= 2;
  delay = std::min(delay, rules_.backoff_most);
  const auto less = std::chrono::duration_cast<milliseconds>(delay * 0.2 * random_());
  return std::max(delay - less, rules_.backoff_least);
}

int Pool::Missing() const {
  const int alive = Count(WorkerState::kStarting) + Count(WorkerState::kReady);
  return draining_ ? 0 : std::max(0, rules_.wanted - alive);
}

}  // namespace host
