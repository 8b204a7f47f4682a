// WaitingLine: requests that no thread was free for, first come, first served.
//
// Each stands for a connection whose owner is the line (loop.h). One thread adds; any takes.
// Looking at an empty line costs one load.
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <optional>

#include "host/base/clock.h"

namespace host {

struct Waiting {
  int fd = -1;
  SteadyTime arrived;
};

class WaitingLine {
 public:
  // `size` shows to others how many wait.
  explicit WaitingLine(std::atomic<int32_t>& size) : size_(size) {}

  void Add(const Waiting& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    ++size_;
  }

  // The first in the line, if it came before `before`.
  std::optional<Waiting> Take(SteadyTime before = SteadyTime::max()) {
    if (size() == 0) return std::nullopt;
    const std::lock_guard lock(mutex_);
    if (requests_.empty() || requests_.front().arrived >= before) return std::nullopt;
    const Waiting first = requests_.front();
    requests_.pop_front();
    --size_;
    return first;
  }

  int size() const { return size_.load(); }

 private:
  std::mutex mutex_;
  std::deque<Waiting> requests_;
  std::atomic<int32_t>& size_;
};

}  // namespace host
