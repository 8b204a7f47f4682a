#include "host/supervisor/slow_watch.h"

namespace host {

namespace {

constexpr int64_t kBetweenStacksNs = 1'000'000'000;

}  // namespace

std::vector<LongRequest> LongRequests(const WatchedWorker& worker, std::chrono::nanoseconds limit,
                                      int64_t now_ns) {
  std::vector<LongRequest> found;
  for (int i = 0; i < worker.board->threads(); ++i) {
    const ThreadBoard& thread = worker.board->thread(i);
    const int64_t since = thread.busy_since_ns();
    if (since == 0 || now_ns - since <= limit.count()) continue;
    ThreadWork work = thread.Read();
    if (work.busy_since_ns != since) continue;  // it ended just now
    found.push_back({.function = worker.function,
                     .revision = worker.revision,
                     .pid = worker.pid,
                     .thread = i,
                     .work = std::move(work),
                     .duration = std::chrono::nanoseconds(now_ns - since)});
  }
  return found;
}

std::vector<LongRequest> SlowWatch::Look(const std::vector<WatchedWorker>& workers,
                                         int64_t now_ns) {
  std::vector<LongRequest> fresh;
  std::map<std::pair<pid_t, int>, int64_t> seen;
  for (const WatchedWorker& worker : workers) {
    for (LongRequest& request : LongRequests(worker, slow_, now_ns)) {
      const auto key = std::pair(request.pid, request.thread);
      seen[key] = request.work.busy_since_ns;
      const auto known = known_.find(key);
      if (known != known_.end() && known->second == request.work.busy_since_ns) continue;
      int64_t& last = last_stack_ns_.try_emplace(request.function, -kBetweenStacksNs).first->second;
      request.with_stack = now_ns - last >= kBetweenStacksNs;
      if (request.with_stack) last = now_ns;
      fresh.push_back(std::move(request));
    }
  }
  known_ = std::move(seen);
  return fresh;
}

}  // namespace host
