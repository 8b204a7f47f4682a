#include "host/pool/backoff.h"

#include <algorithm>

namespace host {

void Backoff::Failed(int round, const PoolRules& rules, const Random& random, SteadyTime now) {
  if (round < failures_) return;  // its round was counted when the first one failed
  ++failures_;
  milliseconds delay = rules.backoff_least;
  for (int i = 1; i < failures_ && delay < rules.backoff_most; ++i) delay *= 2;
  delay = std::min(delay, rules.backoff_most);
  const auto less = std::chrono::duration_cast<milliseconds>(delay * 0.2 * random());
  until_ = now + std::max(delay - less, rules.backoff_least);
}

void Backoff::Reset() {
  failures_ = 0;
  until_.reset();
}

void Backoff::Pass(SteadyTime now) {
  if (until_ && *until_ <= now) until_.reset();
}

}  // namespace host
