#include "tests/chaos/ledger.h"

namespace chaos {

std::string Ledger::Next() {
  const std::lock_guard lock(mutex_);
  return mark_ + "." + std::to_string(++last_);
}

void Ledger::Acknowledged(const std::string& text) {
  const std::lock_guard lock(mutex_);
  acknowledged_.insert(text);
}

Verdict Ledger::Check(const std::vector<std::string>& rows) const {
  const std::lock_guard lock(mutex_);
  Verdict verdict;
  verdict.acknowledged = static_cast<long>(acknowledged_.size());
  verdict.stored = static_cast<long>(rows.size());
  std::map<std::string, int> times;
  for (const auto& text : rows) ++times[text];
  std::set<std::string> sent;
  for (long i = 1; i <= last_; ++i) sent.insert(mark_ + "." + std::to_string(i));
  for (const auto& [text, count] : times) {
    if (count > 1) verdict.doubled.push_back(text);
    if (!sent.contains(text)) verdict.strangers.push_back(text);
    if (sent.contains(text) && !acknowledged_.contains(text)) ++verdict.unacknowledged;
  }
  for (const auto& text : acknowledged_) {
    if (!times.contains(text)) verdict.lost.push_back(text);
  }
  return verdict;
}

}  // namespace chaos
