#include "host/supervisor/slow_log.h"

#include <algorithm>
#include <utility>

#include "host/base/log.h"
#include "host/supervisor/thread_stack.h"

namespace host {
namespace {

using std::chrono::milliseconds;

constexpr char kSlow[] = "slow request";
constexpr char kOverTime[] = "request over its time limit";

int64_t NowNs() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

// Of a look: often enough for short limits, and ten times a second for the usual one.
milliseconds PeriodOf(milliseconds slow) {
  return std::clamp(slow / 4, milliseconds(10), milliseconds(100));
}

}  // namespace

SlowLog::SlowLog(EventLoop& loop, milliseconds slow, Workers workers, int fd)
    : loop_(loop), slow_(slow), workers_(std::move(workers)), fd_(fd), watch_(slow) {
  Plan();
}

SlowLog::~SlowLog() {
  loop_.Cancel(timer_);
  *alive_ = false;
}

void SlowLog::Plan() {
  if (slow_ == milliseconds(0)) return;
  timer_ = loop_.At(std::chrono::steady_clock::now() + PeriodOf(slow_), [this] {
    Look();
    Plan();
  });
}

void SlowLog::Look() {
  for (const LongRequest& request : watch_.Look(workers_(), NowNs())) {
    if (!request.with_stack || taking_) {
      Write(request, kSlow, {});
      continue;
    }
    taking_ = true;
    Take(request, [this, request](const Stack& stack) {
      taking_ = false;
      Write(request, kSlow, stack);
    });
  }
}

void SlowLog::Now(const WatchedWorker& worker, milliseconds limit, std::function<void()> then) {
  const auto requests = LongRequests(worker, limit, NowNs());
  if (requests.empty()) return then();
  // What is left to log, and then to do: the stacks, the time limit and our end compete for it.
  struct Wait {
    std::vector<LongRequest> left;
    std::function<void()> then;
    EventLoop::TimerId timer = 0;
  };
  const auto wait = std::make_shared<Wait>(requests, std::move(then), EventLoop::TimerId{0});
  wait->timer =
      loop_.At(std::chrono::steady_clock::now() + kMostWait, [this, wait, alive = alive_] {
        if (!*alive || wait->left.empty()) return;
        for (const LongRequest& each : std::exchange(wait->left, {})) Write(each, kOverTime, {});
        wait->then();
      });
  for (const LongRequest& request : requests) {
    Take(request, [this, wait, thread = request.thread](const Stack& stack) {
      const auto found = std::ranges::find(wait->left, thread, &LongRequest::thread);
      if (found == wait->left.end()) return;  // too late
      Write(*found, kOverTime, stack);
      wait->left.erase(found);
      if (!wait->left.empty()) return;
      loop_.Cancel(wait->timer);
      wait->then();
    });
  }
}

void SlowLog::Take(const LongRequest& request, std::function<void(const Stack&)> done) {
  if (!background_) background_.emplace(loop_);
  const auto job = [pid = request.pid, tid = request.work.tid]() -> Stack {
    // The first thread handles no requests, so a board that says so is not to be believed; and the
    // exit of a process whose first thread is traced would be taken from the one that waits for it.
    if (tid == 0 || tid == pid) return std::unexpected("no thread of the worker's loop");
    return ThreadStack(pid, tid);
  };
  const bool taken = background_->Run(job, [this, request, done](Stack stack) {
    if (stack && !StillAt(request)) stack = std::vector<std::string>();  // of something else
    done(stack);
  });
  if (!taken) done({});
}

bool SlowLog::StillAt(const LongRequest& request) const {
  return std::ranges::any_of(workers_(), [&](const WatchedWorker& worker) {
    return worker.pid == request.pid && request.thread < worker.board->threads() &&
           worker.board->thread(request.thread).busy_since_ns() == request.work.busy_since_ns;
  });
}

void SlowLog::Write(const LongRequest& request, const char* msg, const Stack& stack) {
  std::vector<LogField> fields = {
      {"pid", static_cast<int64_t>(request.pid)},
      {"thread", static_cast<int64_t>(request.work.tid)},
      {"request_id", request.work.request_id},
      {"method", request.work.method},
      {"route", request.work.path},
      {"duration_ms", std::chrono::duration<double, std::milli>(request.duration).count()}};
  if (!request.work.statement.empty()) fields.emplace_back("statement", request.work.statement);
  if (stack && !stack->empty()) fields.emplace_back("stack", LogList(*stack));
  if (!stack && told_.insert(stack.error()).second) {
    fields.emplace_back("stack_error", stack.error());
  }
  Log(request.function, request.revision, fd_).Write(Level::kWarning, msg, fields);
}

}  // namespace host
