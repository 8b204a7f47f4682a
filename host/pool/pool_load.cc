// Pool: what follows from the load of its workers: scaling and replacement.

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "host/pool/pool.h"

namespace host {
namespace {

// NGINX answers 504 half a second after the deadline; then nobody waits any more.
constexpr milliseconds kTimeoutMargin{1'000};
// For the other requests of a worker that is told to leave, beyond their own deadline.
constexpr milliseconds kLeaveMargin{500};

// Limits are spread over a tenth, so that the workers of a pool do not reach them together.
double Spread(const Worker& worker) { return 1 - 0.1 * worker.luck; }

std::string_view WhyReplace(const Worker& worker, const WorkerLoad& load, const PoolRules& rules,
                            SteadyTime now) {
  const auto over = [&](auto value, auto limit) {
    return limit > 0 && static_cast<double>(value) >= static_cast<double>(limit) * Spread(worker);
  };
  if (over(load.requests, rules.max_requests)) return "max_requests";
  if (rules.memory_kb > 0 && load.memory_kb > rules.memory_kb) return "memory";
  if (over((now - worker.started) / milliseconds(1), rules.max_age.count())) return "age";
  return "";
}

}  // namespace

void Pool::On(RequestWaits, SteadyTime now) {
  if (!asleep()) return;
  ++counts_.cold_starts;
  ++counts_.scale_ups;
  scaler_.Hold(1, now);
}

void Pool::On(const Scale& event, SteadyTime) {
  const auto set = [&](PoolRules& rules) {
    rules.min = event.min;
    rules.max = event.max;
  };
  set(current_.rules);
  if (previous_) set(previous_->rules);
  if (next_) {
    set(next_->rules);
    next_->workers = std::clamp(next_->workers, 1, std::max(1, event.max));
  }
}

void Pool::On(const LoadSeen& event, SteadyTime now) {
  PoolLoad sum{.ready = Ready(current_.name),
               .starting = Count(WorkerState::kStarting),
               .backlog = event.backlog,
               .active = event.backlog};
  for (const WorkerLoad& load : event.workers) {
    Worker* worker = Mutable(load.id);
    if (worker == nullptr) continue;
    sum.busy += load.busy;
    sum.waiting += load.waiting;
    int64_t& requests = requests_[load.id];
    sum.active = sum.active || load.busy > 0 || load.waiting > 0 || load.requests != requests;
    requests = load.requests;
    worker->busy = load.busy;
    Look(load, now);
  }
  if (rules().mode == PoolMode::kStatic) return;
  const int before = wanted();
  scaler_.See(sum, rules(), now);
  const int by = wanted() - before;
  (by > 0 ? counts_.scale_ups : counts_.scale_downs) += std::abs(by);
}

void Pool::Look(const WorkerLoad& load, SteadyTime now) {
  Worker& worker = *Mutable(load.id);
  if (worker.state != WorkerState::kReady) return;
  const bool late = rules().timeout.count() > 0 && load.oldest_busy &&
                    now - *load.oldest_busy >= rules().timeout + kTimeoutMargin;
  if (late || load.silent) {
    ++counts_.recycled[late ? "timeout" : "silent"];
    const auto grace = late ? std::min(rules().grace, rules().timeout + kLeaveMargin)
                            : std::min(rules().grace, kLeaveMargin);
    Leave(worker, late ? "a request ran past its deadline" : "no sign of life", grace, now);
  } else if (worker.recycle.empty()) {
    worker.recycle = WhyReplace(worker, load, rules(), now);
  }
}

void Pool::Recycle(SteadyTime now) {
  if (replacing_ != 0) {
    Worker* worker = Mutable(replacing_);
    if (worker == nullptr || worker->state != WorkerState::kReady) {
      replacing_ = 0;  // it left by itself
    } else if (Ready(current_.name) > wanted()) {
      ++counts_.recycled[std::string(worker->recycle)];
      Leave(*worker, worker->recycle, rules().grace, now);
      replacing_ = 0;
    }
  }
  if (replacing_ != 0 || next_) return;
  for (const Worker& worker : workers_) {
    if (worker.state != WorkerState::kReady || worker.recycle.empty()) continue;
    if (worker.revision != current_.name) continue;
    replacing_ = worker.id;
    return;
  }
}

void Pool::DrainSurplus(SteadyTime now) {
  const int kept = wanted() + (replacing_ != 0 ? 1 : 0);
  for (int surplus = Alive(current_.name) - kept; surplus > 0; --surplus) {
    Worker* least = nullptr;
    // The one that is due to be replaced, then the one with the least to do, then the youngest.
    const auto order = [](const Worker& each) {
      return std::tuple(each.recycle.empty(), each.busy, -static_cast<int64_t>(each.id));
    };
    for (Worker& worker : workers_) {
      if (worker.state == WorkerState::kDraining || worker.revision != current_.name) continue;
      if (least == nullptr || order(worker) < order(*least)) least = &worker;
    }
    Leave(*least, "fewer workers are needed", rules().grace, now);
    if (least->id == replacing_) replacing_ = 0;
  }
}

}  // namespace host
