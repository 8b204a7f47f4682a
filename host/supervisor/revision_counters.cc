#include "host/supervisor/revision_counters.h"

namespace host {

void FoldOlder(CountersByRevision& counters, const std::set<std::string>& kept) {
  Counters older;
  const auto folded = std::erase_if(counters, [&](const auto& each) {
    if (kept.contains(each.first)) return false;
    older += each.second;
    return true;
  });
  if (folded > 0) counters[kOlderRevisions] = older;
}

Counters Sum(const CountersByRevision& counters) {
  Counters sum;
  for (const auto& [revision, each] : counters) sum += each;
  return sum;
}

}  // namespace host
