#include "host/pool/scaler.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace host {
namespace {

constexpr double kFill = 0.7;

}  // namespace

void Scaler::See(const PoolLoad& load, const PoolRules& rules, SteadyTime now) {
  used_[look_++ % kLooks] = load.busy + load.waiting;
  Hold(Needed(load, rules), now);
  while (peaks_.size() > 1 && now - peaks_.front().at >= rules.idle_timeout) peaks_.pop_front();
}

void Scaler::Hold(int workers, SteadyTime now) {
  while (!peaks_.empty() && peaks_.back().workers <= workers) peaks_.pop_back();
  peaks_.push_back({now, workers});
}

int Scaler::Target(const PoolRules& rules) const {
  if (rules.mode == PoolMode::kStatic) return rules.max;
  const int needed = peaks_.empty() ? 0 : peaks_.front().workers;
  return std::clamp(needed, rules.min, rules.max);
}

int Scaler::Needed(const PoolLoad& load, const PoolRules& rules) const {
  if (!load.active && load.starting == 0) return 0;
  const double used = std::accumulate(used_.begin(), used_.end(), 0) / double{kLooks};
  const int by_use = std::max(1, static_cast<int>(std::ceil(used / (rules.threads * kFill))));
  const bool waits = load.waiting > 0 || load.backlog;
  // Half as many again at a time; those that start already are waited for.
  const int more = load.starting > 0 ? load.starting : std::max(1, load.ready / 2);
  return waits ? std::max(by_use, load.ready + more) : by_use;
}

}  // namespace host
