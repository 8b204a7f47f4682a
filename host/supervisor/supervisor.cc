#include "host/supervisor/supervisor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace host {
namespace {

std::optional<std::string> OwnVariable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return value;
}

// NGINX's workers are another user when it was started as root.
RunDir::Mode SocketMode(const HostConfig& config) {
  if (geteuid() != 0) return {.mode = 0600, .group_of = ""};
  return {.mode = 0660, .group_of = config.nginx.user};
}

void SayWhatScalingIs(const Log& log, const std::vector<Manifest>& manifests) {
  const auto scales = [](const auto& each) { return each.pool.mode != PoolMode::kStatic; };
  const auto count = std::ranges::count_if(manifests, scales);
  if (count == 0) return;
  log.Info("dynamic and ondemand pools are kept at their maximum until this host can scale",
           {{"functions", static_cast<int64_t>(count)}});
}

}  // namespace

Supervisor::Supervisor(const HostConfig& config, EventLoop& loop, const Log& log,
                       const RunDir& run_dir, Random random)
    : config_(config), loop_(loop), log_(log), run_dir_(run_dir), random_(std::move(random)) {}

std::expected<void, std::vector<std::string>> Supervisor::Open(const Functions& functions) {
  for (const std::string& fault : functions.faults) log_.Error(fault);
  for (const auto& broken : functions.broken) {
    for (const std::string& fault : broken.faults) log_.Error(fault, {{"broken", broken.name}});
  }
  SayWhatScalingIs(log_, functions.manifests);
  if (const auto warning = BacklogWarning(Somaxconn()); !warning.empty()) log_.Warning(warning);
  broken_ = functions.broken;

  // Before the first own worker is there, and before the old sockets are replaced.
  leftovers_.emplace(loop_, log_, FindLeftovers(run_dir_.path()), [this] { Changed(); });
  std::vector<std::string> faults;
  for (const Manifest& manifest : functions.manifests) {
    auto socket = run_dir_.Listen(manifest.name, SocketMode(config_));
    auto environment = WorkerEnvironment(config_, manifest, &OwnVariable);
    if (!socket) faults.push_back(socket.error());
    if (!environment) faults.push_back(manifest.name + ": " + environment.error());
    if (!socket || !environment) continue;
    pools_.push_back(std::make_unique<FunctionPool>(
        loop_, FunctionPool::Setup{.manifest = manifest,
                                   .revision = config_.revision,
                                   .binary = BinaryOf(config_.functions, manifest),
                                   .environment = *std::move(environment),
                                   .socket = *std::move(socket),
                                   .grace = milliseconds(config_.grace_ms),
                                   .random = random_,
                                   .changed = [this] { Changed(); }}));
  }
  if (!faults.empty()) return std::unexpected(faults);
  return {};
}

void Supervisor::Start() {
  for (const auto& pool : pools_) pool->Start();
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
