#include "functions/shared/session/last_use.h"

namespace session {

bool LastUse::IsDue(const std::string& token_id, host::SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (pruned_ == host::SteadyTime::min() || now - pruned_ >= kEvery) {
    std::erase_if(written_, [&](const auto& entry) { return now - entry.second >= kEvery; });
    pruned_ = now;
  }
  const auto [entry, is_new] = written_.try_emplace(token_id, now);
  if (is_new) return true;
  if (now - entry->second < kEvery) return false;
  entry->second = now;
  return true;
}

size_t LastUse::size() const {
  const std::lock_guard lock(mutex_);
  return written_.size();
}

}  // namespace session
