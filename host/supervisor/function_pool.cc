#include "host/supervisor/function_pool.h"

#include <fmt/format.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "host/supervisor/memory.h"
#include "host/supervisor/pidfd.h"

namespace host {
namespace {

SteadyTime Now() { return std::chrono::steady_clock::now(); }

double Seconds(SteadyTime::duration time) { return std::chrono::duration<double>(time).count(); }

std::string SignalName(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal);
}

std::string Describe(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return fmt::format("exit {}", info.si_status);
  return fmt::format("killed by {}{}", SignalName(info.si_status),
                     info.si_code == CLD_DUMPED ? ", core dumped" : "");
}

PoolRules RulesOf(const FunctionPool::Setup& setup) {
  PoolRules rules;
  rules.wanted = setup.manifest.pool.max;
  rules.grace = setup.grace;
  return rules;
}

}  // namespace

std::string_view Name(PoolMode mode) {
  switch (mode) {
    case PoolMode::kStatic:
      return "static";
    case PoolMode::kDynamic:
      return "dynamic";
    case PoolMode::kOndemand:
      break;
  }
  return "ondemand";
}

FunctionPool::FunctionPool(EventLoop& loop, Setup setup)
    : loop_(loop),
      setup_(std::move(setup)),
      log_(setup_.manifest.name, setup_.revision),
      pool_(RulesOf(setup_), setup_.random) {}

void FunctionPool::Drain() {
  setup_.socket.Close();
  Do(host::Drain{});
}

void FunctionPool::Do(const PoolEvent& event) {
  for (const PoolAction& action : pool_.Handle(event, Now())) {
    std::visit([this](const auto& each) { Apply(each); }, action);
  }
  loop_.Cancel(timer_);
  timer_ = 0;
  if (const auto next = pool_.Next()) {
    timer_ = loop_.At(*next, [this] {
      timer_ = 0;
      Do(Tick{});
    });
  }
  settled_ = settled_ || pool_.failures() > 0 || pool_.Count(WorkerState::kReady) >= pool_.wanted();
  setup_.changed();
}

void FunctionPool::Apply(const StartWorker& action) {
  auto process =
      Spawn(setup_.binary, setup_.environment, setup_.socket.get(), setup_.manifest.pool.threads);
  if (!process) {
    log_.Error(process.error());
    last_exit_ = {process.error(), Now()};
    Do(StartFailed{action.id});
    return;
  }
  Running& running =
      running_.emplace(action.id, Running{*std::move(process), setup_.revision, {}}).first->second;
  loop_.Watch(running.process.pidfd.get(), EPOLLIN, [this, id = action.id](uint32_t) { Reap(id); });
  loop_.Watch(running.process.ready.get(), EPOLLIN,
              [this, id = action.id](uint32_t) { ReadReady(id); });
  log_.Debug("worker started", {{"pid", static_cast<int64_t>(running.process.pid)}});
}

void FunctionPool::Apply(const SignalWorker& action) {
  const auto found = running_.find(action.id);
  if (found == running_.end()) return;
  if (action.signal == SIGKILL) {
    found->second.killed = action.why;
    log_.Warning("killing a worker", {{"pid", static_cast<int64_t>(found->second.process.pid)},
                                      {"reason", action.why}});
  }
  pidfd_send_signal(found->second.process.pidfd.get(), action.signal, nullptr, 0);
}

void FunctionPool::ReadReady(WorkerId id) {
  Running& running = running_.at(id);
  char byte = 0;
  const ssize_t size = read(running.process.ready.get(), &byte, 1);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  loop_.Unwatch(running.process.ready.get());
  running.process.ready.Close();
  if (size != 1 || byte != 'R') return;  // the deadline, or its end, decides
  Do(WorkerReady{id});
  const Worker* worker = pool_.Find(id);
  if (worker == nullptr || !worker->ready) return;
  log_.Info("worker ready", {{"pid", static_cast<int64_t>(running.process.pid)},
                             {"duration_ms", Seconds(*worker->ready - worker->started) * 1000}});
}

void FunctionPool::Reap(WorkerId id) {
  const auto found = running_.find(id);
  siginfo_t info{};
  if (waitid(P_PIDFD, found->second.process.pidfd.get(), &info, WEXITED | WNOHANG) != 0 ||
      info.si_pid == 0) {
    return;
  }
  Running running = std::move(found->second);
  StopWatching(running);
  running_.erase(found);
  gone_[running.revision] += running.process.board.ReadCounters();

  std::string text = Describe(info);
  if (!running.killed.empty()) text += ": " + running.killed;
  last_exit_ = {text, Now()};
  if (const Worker* worker = pool_.Find(id)) LogExit(*worker, running.process.pid, text);
  Do(WorkerGone{id, info.si_code == CLD_KILLED && info.si_status == SIGKILL});
}

void FunctionPool::LogExit(const Worker& worker, pid_t pid, const std::string& text) const {
  const bool asked = worker.state == WorkerState::kDraining && !worker.killed;
  log_.Write(asked ? Level::kInfo : Level::kError, asked ? "worker left" : "worker died",
             {{"pid", static_cast<int64_t>(pid)},
              {"exit", text},
              {"state", Name(worker.state)},
              {"uptime_s", Seconds(Now() - worker.started)}});
}

void FunctionPool::StopWatching(Running& running) {
  loop_.Unwatch(running.process.pidfd.get());
  if (running.process.ready) loop_.Unwatch(running.process.ready.get());
}

FunctionStatus FunctionPool::Status() const {
  const auto now = Now();
  FunctionStatus status;
  status.name = name();
  status.mode = Name(setup_.manifest.pool.mode);
  status.revision = setup_.revision;
  status.memory_limit_kb = setup_.manifest.limits.memory_mb * int64_t{1024};
  status.wanted = pool_.wanted();
  status.ready = pool_.Count(WorkerState::kReady);
  status.starting = pool_.Count(WorkerState::kStarting);
  status.draining = pool_.Count(WorkerState::kDraining);
  status.restarts = pool_.restarts();
  status.failures = pool_.failures();
  if (const auto next = pool_.backing_off()) status.next_start_s = Seconds(*next - now);
  status.last_exit = last_exit_.text;
  if (!last_exit_.text.empty()) status.last_exit_s_ago = Seconds(now - last_exit_.at);
  Totals totals = Sum(gone_).totals();
  for (const Worker& worker : pool_.workers()) {
    const auto running = running_.find(worker.id);
    if (running == running_.end()) continue;
    totals += running->second.process.board.ReadTotals();
    status.workers.push_back(StatusOf(worker, running->second));
    const Load load = running->second.process.board.ReadLoad();
    status.waiting += load.waiting;
    status.connections += load.connections;
    status.busy += status.workers.back().busy;
    status.threads += status.workers.back().threads;
  }
  status.requests = totals.requests;
  status.errors = totals.errors;
  status.timeouts = totals.timeouts;
  status.shed = totals.shed;
  status.slow = totals.slow;
  return status;
}

WorkerStatus FunctionPool::StatusOf(const Worker& worker, const Running& running) const {
  WorkerStatus status;
  status.pid = running.process.pid;
  status.state = Name(worker.state);
  status.uptime_s = Seconds(Now() - worker.started);
  status.revision = running.revision;
  status.memory_kb = PrivateMemoryKb(running.process.pid);
  const Scoreboard& board = running.process.board;
  if (!board.attached()) return status;
  status.threads = board.threads();
  status.busy = board.ReadLoad().busy;
  status.requests = board.ReadTotals().requests;
  return status;
}

CountersByRevision FunctionPool::Counters() const {
  CountersByRevision all = gone_;
  for (const auto& [id, running] : running_) {
    all[running.revision] += running.process.board.ReadCounters();
  }
  return all;
}

}  // namespace host
