#include "host/supervisor/supervisor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace host {
namespace {

// How often the pools look at what their workers do.
constexpr milliseconds kLook{100};

// NGINX's workers are another user when it was started as root.
RunDir::Mode SocketMode(const HostConfig& config) {
  if (geteuid() != 0) return {.mode = 0600, .group_of = ""};
  return {.mode = 0660, .group_of = config.nginx.user};
}

}  // namespace

Supervisor::Supervisor(const HostConfig& config, EventLoop& loop, const Log& log,
                       const RunDir& run_dir, Random random)
    : config_(config),
      loop_(loop),
      log_(log),
      run_dir_(run_dir),
      random_(std::move(random)),
      slow_log_(loop, milliseconds(config.slow_ms), [this] { return Watched(); }) {}

std::expected<void, std::vector<std::string>> Supervisor::Open(const Functions& functions) {
  for (const std::string& fault : functions.faults) log_.Error(fault);
  for (const auto& broken : functions.broken) {
    for (const std::string& fault : broken.faults) log_.Error(fault, {{"broken", broken.name}});
  }
  if (const auto warning = BacklogWarning(Somaxconn()); !warning.empty()) log_.Warning(warning);
  broken_ = functions.broken;

  // Before the first own worker is there, and before the old sockets are replaced.
  leftovers_.emplace(loop_, log_, FindLeftovers(run_dir_.path()), [this] { Changed(); });
  std::vector<std::string> faults;
  for (const Manifest& manifest : functions.manifests) {
    auto socket = run_dir_.Listen(manifest.name, SocketMode(config_));
    auto launch = MakeLaunch(config_, manifest, config_.revision,
                             BinaryOf(config_.functions, manifest), true);
    if (!socket) faults.push_back(socket.error());
    if (!launch) faults.push_back(launch.error());
    if (!socket || !launch) continue;
    pools_.push_back(
        std::make_unique<FunctionPool>(loop_, FunctionPool::Setup{.launch = *std::move(launch),
                                                                  .socket = *std::move(socket),
                                                                  .config = config_,
                                                                  .scale = {},
                                                                  .random = random_,
                                                                  .watcher = *this}));
  }
  if (!faults.empty()) return std::unexpected(faults);
  return {};
}

Supervisor::~Supervisor() { loop_.Cancel(look_); }

void Supervisor::Start() {
  for (const auto& pool : pools_) pool->Start();
  Look();
}

void Supervisor::Look() {
  for (const auto& pool : pools_) pool->Look();
  look_ = loop_.At(std::chrono::steady_clock::now() + kLook, [this] { Look(); });
}

void Supervisor::Stop() {
  const bool again = stopping_;
  stopping_ = true;
  log_.Info(again ? "killing what is left" : "stopping: draining all pools");
  const milliseconds grace(config_.grace_ms);
  if (again) {
    leftovers_->Kill();
  } else {
    leftovers_->Drain(grace);
  }
  for (const auto& pool : pools_) {
    if (again) {
      pool->KillAll();
    } else {
      run_dir_.Remove(pool->name());
      pool->Drain();
    }
  }
  Changed();
}

void Supervisor::Changed() {
  if (!settled_ && !stopping_ && AllSettled()) {
    settled_ = true;
    const HostStatus status = Status();
    log_.Info(status.ready() ? "all functions are ready" : "started, but not every function runs",
              {{"functions", static_cast<int64_t>(status.functions.size())},
               {"duration_ms", status.uptime_s * 1000}});
    leftovers_->Drain(milliseconds(config_.grace_ms));
  }
  const bool empty = std::ranges::all_of(pools_, [](const auto& pool) { return pool->empty(); });
  if (stopping_ && empty && leftovers_->empty()) loop_.Quit();
}

bool Supervisor::AllSettled() const {
  return std::ranges::all_of(pools_, [](const auto& pool) { return pool->settled(); });
}

std::vector<WatchedWorker> Supervisor::Watched() const {
  std::vector<WatchedWorker> workers;
  for (const auto& pool : pools_) pool->AddWatched(workers);
  return workers;
}

CountersByFunction Supervisor::Counters() const {
  CountersByFunction all;
  for (const auto& pool : pools_) all[pool->name()] = pool->Counters();
  return all;
}

HostStatus Supervisor::Status() const {
  HostStatus status;
  status.version = kVersion;
  status.revision = config_.revision;
  status.state = stopping_ ? "stopping" : settled_ ? "running" : "starting";
  status.pid = getpid();
  status.uptime_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  status.leftovers = leftovers_ ? leftovers_->count() : 0;
  for (const auto& pool : pools_) status.functions.push_back(pool->Status());
  for (const auto& broken : broken_) {
    FunctionStatus function;
    function.name = broken.name;
    function.fault = broken.faults.empty() ? "" : broken.faults.front();
    status.functions.push_back(function);
  }
  std::ranges::sort(status.functions, {}, &FunctionStatus::name);
  return status;
}

}  // namespace host
