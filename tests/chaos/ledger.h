// What was written, by those who wrote it, and what the database holds in the end.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace chaos {

// The checker's word. Each list holds texts.
struct Verdict {
  long acknowledged = 0;               // the client was told that it is written
  long stored = 0;                     // rows
  std::vector<std::string> lost;       // acknowledged, and not there
  std::vector<std::string> doubled;    // there more than once
  std::vector<std::string> strangers;  // there, and never sent
  long unacknowledged = 0;             // there once; its client got an error or no answer

  bool right() const { return lost.empty() && doubled.empty() && strangers.empty(); }
};

// The texts that one load writes, each one sent once as its client sees it. Safe for several
// threads.
class Ledger {
 public:
  explicit Ledger(std::string mark) : mark_(std::move(mark)) {}

  const std::string& mark() const { return mark_; }
  std::string Next();  // a text that no other write has
  void Acknowledged(const std::string& text);

  // `rows`: all texts of this load's user that the database holds, in any order.
  Verdict Check(const std::vector<std::string>& rows) const;

 private:
  const std::string mark_;
  mutable std::mutex mutex_;
  long last_ = 0;
  std::set<std::string> acknowledged_;
};

}  // namespace chaos
