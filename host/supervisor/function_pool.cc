#include "host/supervisor/function_pool.h"

#include <fmt/format.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <set>
#include <utility>

#include "host/supervisor/pidfd.h"

namespace host {
namespace {

// A program without our SDK does not say that it is ready. One that lives this long after its start
// accepts connections, as far as anybody can know.
constexpr milliseconds kLives{200};

SteadyTime Now() { return std::chrono::steady_clock::now(); }

double Seconds(SteadyTime::duration time) { return std::chrono::duration<double>(time).count(); }

std::string SignalName(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal);
}

// How a process ended, as far as that can be known: only a parent is told.
std::string Describe(const siginfo_t& info) {
  if (info.si_pid == 0) return "ended";
  if (info.si_code == CLD_EXITED) return fmt::format("exit {}", info.si_status);
  return fmt::format("killed by {}{}", SignalName(info.si_status),
                     info.si_code == CLD_DUMPED ? ", core dumped" : "");
}

// A function that is deployed for the first time has nothing to run before that.
PoolRules FirstRules(const FunctionPool::Setup& setup) {
  if (setup.launch.revision.empty()) return {.mode = PoolMode::kOndemand, .min = 0, .max = 0};
  return RulesOf(setup.config, setup.launch.manifest, setup.scale);
}

}  // namespace

FunctionPool::FunctionPool(EventLoop& loop, Setup setup)
    : loop_(loop),
      setup_(std::move(setup)),
      name_(setup_.launch.manifest.name),
      launches_{{setup_.launch.revision, setup_.launch}},
      pool_(setup_.launch.revision, FirstRules(setup_), setup_.random) {}

FunctionPool::~FunctionPool() {
  loop_.Cancel(timer_);
  if (watching_socket_) loop_.Unwatch(setup_.socket.get());
  for (auto& [id, running] : running_) {
    loop_.Cancel(running.lives);
    loop_.Unwatch(running.process.pidfd.get());
    if (running.process.ready) loop_.Unwatch(running.process.ready.get());
  }
}

void FunctionPool::Adopt(Process process, const std::string& revision) {
  const WorkerId id = pool_.Adopt(revision, Now(), Now());
  Watch(id, std::move(process), revision);
}

void FunctionPool::SetPrevious(Launch launch) {
  pool_.SetPrevious(launch.revision, RulesOf(setup_.config, launch.manifest, setup_.scale));
  const std::string revision = launch.revision;
  launches_.insert_or_assign(revision, std::move(launch));
}

void FunctionPool::Start() { Do(Tick{}); }

void FunctionPool::Deploy(Launch launch, DeployWatcher watch) {
  const host::Deploy event{launch.revision, RulesOf(setup_.config, launch.manifest, setup_.scale)};
  deploys_.insert_or_assign(event.revision, Deploying{std::move(watch), Now()});
  note_.clear();
  launches_.insert_or_assign(event.revision, std::move(launch));
  Do(event);
}

void FunctionPool::Scale(const ScaleOverride& scale) {
  setup_.scale = scale;
  const PoolRules rules = RulesOf(setup_.config, launch().manifest, scale);
  Do(host::Scale{rules.min, rules.max});
}

void FunctionPool::Drain() {
  if (watching_socket_) loop_.Unwatch(setup_.socket.get());
  watching_socket_ = false;
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
  WatchSocket();
  setup_.watcher.Changed();
}

// A pool without workers is started by the first connection, which waits in the socket's queue.
void FunctionPool::WatchSocket() {
  const bool wanted = setup_.socket && pool_.asleep();
  if (wanted == watching_socket_) return;
  watching_socket_ = wanted;
  if (wanted) {
    loop_.Watch(setup_.socket.get(), EPOLLIN, [this](uint32_t) { Do(RequestWaits{}); });
  } else {
    loop_.Unwatch(setup_.socket.get());
  }
}

void FunctionPool::Apply(const StartWorker& action) {
  const Launch& launch = launches_.at(action.revision);
  auto process = Spawn(launch.binary, launch.environment, setup_.socket.get(),
                       launch.manifest.pool.threads, milliseconds(setup_.config.slow_ms));
  if (!process) {
    LogOf(action.revision).Error(process.error());
    last_exit_ = {process.error(), Now(), action.revision};
    Do(StartFailed{action.id});
    return;
  }
  Running& running = Watch(action.id, *std::move(process), action.revision);
  setup_.watcher.Started(launch, running.process);
  running.process.board.CloseFd();
  if (launch.sdk) {
    loop_.Watch(running.process.ready.get(), EPOLLIN,
                [this, id = action.id](uint32_t) { ReadReady(id); });
  } else {
    running.lives = loop_.At(Now() + kLives, [this, id = action.id] { SayReady(id); });
  }
  LogOf(action.revision)
      .Debug("worker started", {{"pid", static_cast<int64_t>(running.process.pid)}});
}

FunctionPool::Running& FunctionPool::Watch(WorkerId id, Process process,
                                           const std::string& revision) {
  Running& running =
      running_.emplace(id, Running{.process = std::move(process), .revision = revision})
          .first->second;
  loop_.Watch(running.process.pidfd.get(), EPOLLIN, [this, id](uint32_t) { Reap(id); });
  return running;
}

void FunctionPool::Apply(const SignalWorker& action) {
  const auto found = running_.find(action.id);
  if (found == running_.end()) return;
  Running& running = found->second;
  if (action.signal == SIGKILL) {
    running.killed = action.why;
    LogOf(running.revision)
        .Warning("killing a worker",
                 {{"pid", static_cast<int64_t>(running.process.pid)}, {"reason", action.why}});
  } else {
    LogOf(running.revision)
        .Info("worker told to leave",
              {{"pid", static_cast<int64_t>(running.process.pid)}, {"reason", action.why}});
    const auto launch = launches_.find(running.revision);
    if (launch != launches_.end() && running.process.board.attached()) {
      setup_.watcher.Leaves({name_, running.revision, running.process.pid, &running.process.board},
                            milliseconds(launch->second.manifest.limits.timeout_ms));
    }
  }
  pidfd_send_signal(running.process.pidfd.get(), action.signal, nullptr, 0);
}

void FunctionPool::Apply(const Deployed& action) {
  LogOf(action.revision).Info("revision serves", {{"previous", action.previous}});
  setup_.watcher.Serves(name_, action.revision, action.previous);
  const auto found = deploys_.find(action.revision);
  if (found != deploys_.end()) found->second.watch({DeployStep::kServes, ""});
}

void FunctionPool::Apply(const DeployFailed& action) {
  note_ = fmt::format("deploy of {} failed: {}", action.revision, action.why);
  const auto deploy = deploys_.extract(action.revision);
  const bool its_own =
      deploy && last_exit_.revision == action.revision && last_exit_.at >= deploy.mapped().began;
  if (its_own) note_ += fmt::format(" ({})", last_exit_.text);
  LogOf(action.revision).Error("deploy failed", {{"reason", note_}});
  if (deploy) deploy.mapped().watch({DeployStep::kFailed, note_});
}

void FunctionPool::Apply(const OldGone&) {
  const auto deploy = deploys_.extract(pool_.revision());
  if (deploy) deploy.mapped().watch({DeployStep::kDone, ""});
  ForgetLaunches();
}

void FunctionPool::Apply(const FallsBack& action) {
  note_ = fmt::format("{} crashes more than {} did ({}): returning to {}", action.from, action.to,
                      last_exit_.text, action.to);
  LogOf(action.from).Error("falling back", {{"reason", note_}});
}

void FunctionPool::ForgetLaunches() {
  std::set<std::string> used = {pool_.revision(), pool_.previous(), pool_.deploying()};
  for (const Worker& worker : pool_.workers()) used.insert(worker.revision);
  std::erase_if(launches_, [&](const auto& each) { return !used.contains(each.first); });
  FoldOlder(gone_, used);
}

void FunctionPool::ReadReady(WorkerId id) {
  Running& running = running_.at(id);
  char byte = 0;
  const ssize_t size = read(running.process.ready.get(), &byte, 1);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  loop_.Unwatch(running.process.ready.get());
  running.process.ready.Close();
  if (size != 1 || byte != 'R') return;  // the deadline, or its end, decides
  SayReady(id);
}

void FunctionPool::SayReady(WorkerId id) {
  const pid_t pid = running_.at(id).process.pid;
  running_.at(id).lives = 0;
  Do(WorkerReady{id});
  const Worker* worker = pool_.Find(id);
  if (worker == nullptr || !worker->ready) return;
  LogOf(worker->revision)
      .Info("worker ready", {{"pid", static_cast<int64_t>(pid)},
                             {"duration_ms", Seconds(*worker->ready - worker->started) * 1000}});
}

void FunctionPool::Reap(WorkerId id) {
  const auto found = running_.find(id);
  siginfo_t info{};
  const bool ours =
      waitid(P_PIDFD, found->second.process.pidfd.get(), &info, WEXITED | WNOHANG) == 0;
  if (ours && info.si_pid == 0) return;
  Running running = std::move(found->second);
  running_.erase(found);
  memory_kb_.erase(id);
  loop_.Unwatch(running.process.pidfd.get());
  if (running.process.ready) loop_.Unwatch(running.process.ready.get());
  loop_.Cancel(running.lives);
  gone_[running.revision] += running.process.board.ReadCounters();
  setup_.watcher.Ended(name_, running.process.pid);

  std::string text = Describe(info);
  if (!running.killed.empty()) text += ": " + running.killed;
  const Worker* worker = pool_.Find(id);
  const bool asked = worker != nullptr && worker->state == WorkerState::kDraining;
  if (!asked || !running.killed.empty()) last_exit_ = {text, Now(), running.revision};
  if (worker != nullptr) LogExit(*worker, running.process.pid, text);
  // Whoever is not our child may have been killed by anybody: no failure of its own.
  Do(WorkerGone{id, !ours || (info.si_code == CLD_KILLED && info.si_status == SIGKILL)});
}

void FunctionPool::LogExit(const Worker& worker, pid_t pid, const std::string& text) const {
  const bool asked = worker.state == WorkerState::kDraining && !worker.killed;
  LogOf(worker.revision)
      .Write(asked ? Level::kInfo : Level::kError, asked ? "worker left" : "worker died",
             {{"pid", static_cast<int64_t>(pid)},
              {"exit", text},
              {"state", Name(worker.state)},
              {"uptime_s", Seconds(Now() - worker.started)}});
}

}  // namespace host
