// Pool: deploys, and the return to the revision before.

#include <algorithm>
#include <utility>

#include "host/pool/pool.h"

namespace host {

void Pool::SetPrevious(const std::string& revision, const PoolRules& rules) {
  previous_ = Revision{.name = revision, .rules = rules};
}

void Pool::On(const Deploy& event, SteadyTime now) {
  if (draining_) return;
  if (next_) Fail("another deploy took its place", now);
  Begin({.name = event.revision, .rules = event.rules});
}

void Pool::Begin(Revision revision) {
  const int serving = std::max(Alive(current_.name), wanted());
  next_ = Rollout{std::move(revision), 0};
  next_->workers = std::clamp(serving, 1, std::max(1, next_->rules.max));
}

// An old worker leaves only when those that shall follow it are ready. That is also how workers
// adopted with another revision go.
void Pool::Advance(SteadyTime now) {
  if (next_ && Ready(next_->name) >= next_->workers) {
    previous_ = std::exchange(current_, Revision(*next_));
    if (previous_->name.empty()) previous_.reset();  // a function's first: nothing to go back to
    scaler_.Hold(next_->workers, now);
    next_.reset();
    backoff_.Reset();
    replacing_ = 0;
    old_left_ = false;
    crashes_before_ = crashes_.size();
    crashes_.clear();
    on_probation_until_.reset();
    if (!falling_back_) on_probation_until_ = now + rules().probation;
    ++(falling_back_ ? counts_.fall_backs : counts_.deploys);
    falling_back_ = false;
    actions_.push_back(Deployed{current_.name, previous()});
  }
  const bool replaced = Ready(current_.name) >= wanted();
  bool others = false;
  for (Worker& worker : workers_) {
    if (worker.revision == current_.name || (next_ && worker.revision == next_->name)) continue;
    others = true;
    if (replaced) Leave(worker, "another revision serves", rules().grace, now);
  }
  if (!others && !std::exchange(old_left_, true)) actions_.push_back(OldGone{});
}

void Pool::Fail(std::string_view why, SteadyTime now) {
  for (Worker& worker : workers_) {
    if (worker.revision == next_->name) Leave(worker, why, rules().grace, now);
  }
  actions_.push_back(DeployFailed{next_->name, why});
  next_.reset();
  falling_back_ = false;
}

void Pool::Crashed(SteadyTime now) {
  crashes_.push_back(now);
  while (now - crashes_.front() > rules().probation) crashes_.pop_front();
  if (!on_probation_until_ || now >= *on_probation_until_ || !previous_ || next_) return;
  if (crashes_.size() < static_cast<size_t>(rules().probation_crashes) ||
      crashes_.size() <= crashes_before_) {
    return;
  }
  actions_.push_back(FallsBack{current_.name, previous_->name});
  falling_back_ = true;
  Begin(*previous_);
}

}  // namespace host
