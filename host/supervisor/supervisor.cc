#include "host/supervisor/supervisor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <utility>

#include "host/supervisor/adoption.h"

namespace host {
namespace {

// How often the pools look at what their workers do.
constexpr milliseconds kLook{100};

// NGINX's workers are another user when it was started as root.
RunDir::Mode SocketMode(const HostConfig& config) {
  if (geteuid() != 0) return {.mode = 0600, .group_of = ""};
  return {.mode = 0660, .group_of = config.nginx.user};
}

bool Listens(int socket) {
  int listening = 0;
  socklen_t size = sizeof listening;
  return getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
}

bool IsSocket(const std::string& path) {
  struct stat there{};
  return lstat(path.c_str(), &there) == 0 && S_ISSOCK(there.st_mode);
}

}  // namespace

Supervisor::Supervisor(Parts parts)
    : parts_(std::move(parts)),
      slow_log_(parts_.loop, milliseconds(parts_.config.slow_ms), [this] { return Watched(); }) {}

Supervisor::~Supervisor() { parts_.loop.Cancel(look_); }

std::expected<void, std::vector<std::string>> Supervisor::Open(Catalog catalog) {
  for (const std::string& fault : catalog.faults) parts_.log.Error(fault);
  for (const auto& broken : catalog.broken) {
    for (const std::string& fault : broken.faults) {
      parts_.log.Error(fault, {{"broken", broken.name}});
    }
  }
  if (const auto warning = BacklogWarning(Somaxconn()); !warning.empty()) {
    parts_.log.Warning(warning);
  }
  broken_ = std::move(catalog.broken);
  records_ = std::move(catalog.records);

  std::vector<Kept> kept;
  if (parts_.keeper != nullptr) kept = parts_.keeper->TakeKept();
  std::map<std::string, Fd> sockets;
  for (Kept& each : kept) {
    if (each.key.starts_with("socket:") && Listens(each.fd.get())) {
      sockets[each.key] = std::move(each.fd);
    }
  }
  std::vector<std::string> faults;
  for (Planned& planned : catalog.planned) {
    Fd socket = std::move(sockets[SocketKey(planned.launch.manifest.name)]);
    if (auto made = Make(std::move(planned), std::move(socket)); !made) {
      faults.push_back(made.error());
    }
  }
  if (!faults.empty()) return std::unexpected(faults);
  Adopt(std::move(kept));
  return {};
}

std::expected<void, std::string> Supervisor::Make(Planned planned, Fd socket) {
  const std::string name = planned.launch.manifest.name;
  if (!socket || !IsSocket(parts_.run_dir.path() + "/" + name + ".sock")) {
    auto fresh = Listen(name);
    if (!fresh) return std::unexpected(fresh.error());
    socket = *std::move(fresh);
  }
  if (parts_.keeper != nullptr) parts_.keeper->Put(SocketKey(name), "{}", socket.get());
  auto pool = std::make_unique<FunctionPool>(
      parts_.loop, FunctionPool::Setup{.launch = std::move(planned.launch),
                                       .socket = std::move(socket),
                                       .config = parts_.config,
                                       .scale = planned.scale,
                                       .random = parts_.random,
                                       .watcher = *this});
  if (planned.previous) pool->SetPrevious(*std::move(planned.previous));
  pools_[name] = std::move(pool);
  return {};
}

std::expected<Fd, std::string> Supervisor::Listen(const std::string& name) const {
  if (parts_.own_address != nullptr) return parts_.own_address->listen.Listen(kBacklog);
  return parts_.run_dir.Listen(name, SocketMode(parts_.config));
}

// Before the first own worker is there.
void Supervisor::Adopt(std::vector<Kept> kept) {
  std::set<pid_t> adopted;
  for (Kept& each : kept) {
    if (each.key.starts_with("socket:")) {
      if (!pools_.contains(each.key.substr(7))) parts_.keeper->Drop(each.key);
      continue;
    }
    const int board = fcntl(each.fd.get(), F_DUPFD_CLOEXEC, 10);
    auto worker = FindOldWorker(each.metadata, Fd(board));
    FunctionPool* pool = worker ? Find(worker->function) : nullptr;
    if (pool == nullptr) {
      parts_.keeper->Drop(each.key);
      continue;
    }
    parts_.keeper->Put(each.key, each.metadata, each.fd.get());
    adopted.insert(worker->process.pid);
    pool->Adopt(std::move(worker->process), worker->revision);
  }
  if (!adopted.empty()) {
    parts_.log.Info("took over the workers of a supervisor that died",
                    {{"workers", static_cast<int64_t>(adopted.size())}});
  }
  auto others = FindLeftovers(parts_.run_dir.path());
  std::erase_if(others, [&](pid_t pid) { return adopted.contains(pid); });
  leftovers_.emplace(parts_.loop, parts_.log, others, [this] { Changed(); });
}

void Supervisor::Start() {
  for (const auto& [name, pool] : pools_) pool->Start();
  Look();
}

void Supervisor::Look() {
  for (const auto& [name, pool] : pools_) pool->Look();
  look_ = parts_.loop.At(std::chrono::steady_clock::now() + kLook, [this] { Look(); });
}

void Supervisor::Stop() {
  if (std::exchange(stopping_, true)) {
    parts_.log.Info("killing what is left");
    KillAll();
  } else if (parts_.own_address != nullptr && !pools_.empty()) {
    parts_.log.Info("stopping: letting nobody new in, then draining");
    closing_.emplace(parts_.loop, parts_.own_address->listen, pools_.begin()->second->socket(),
                     parts_.own_address->drain_delay, [this] { DrainAll(); });
  } else {
    parts_.log.Info("stopping: draining all pools");
    DrainAll();
  }
}

void Supervisor::DrainAll() {
  draining_ = true;
  leftovers_->Drain(milliseconds(parts_.config.grace_ms));
  for (const auto& [name, pool] : pools_) {
    if (parts_.keeper != nullptr) parts_.keeper->Drop(SocketKey(name));
    if (parts_.own_address == nullptr) parts_.run_dir.Remove(name);
    pool->Drain();
  }
  Changed();
}

void Supervisor::KillAll() {
  closing_.reset();
  draining_ = true;
  leftovers_->Kill();
  for (const auto* pools : {&pools_, &leaving_}) {
    for (const auto& [name, pool] : *pools) pool->KillAll();
  }
  Changed();
}

FunctionPool* Supervisor::Find(const std::string& name) const {
  const auto found = pools_.find(name);
  return found == pools_.end() ? nullptr : found->second.get();
}

std::expected<FunctionPool*, std::string> Supervisor::Add(Launch launch) {
  const std::string name = launch.manifest.name;
  launch.revision.clear();
  if (auto made = Make({std::move(launch), {}, {}}, Fd()); !made) {
    return std::unexpected(made.error());
  }
  std::erase_if(broken_, [&](const auto& each) { return each.name == name; });
  return Find(name);
}

void Supervisor::Remove(const std::string& name) {
  auto pool = pools_.extract(name);
  if (!pool) return;
  if (parts_.keeper != nullptr) parts_.keeper->Drop(SocketKey(name));
  parts_.run_dir.Remove(name);
  records_.erase(name);
  FunctionPool& leaving = *pool.mapped();
  leaving_.insert(std::move(pool));
  leaving.Drain();
  Save();
  Changed();
}

void Supervisor::Scale(FunctionPool& pool, const ScaleOverride& scale) {
  pool.Scale(scale);
  if (const auto found = records_.find(pool.name()); found != records_.end()) {
    found->second.min = scale.min;
    found->second.max = scale.max;
    Save();
  }
}

void Supervisor::Started(const Launch& launch, const Process& process) {
  if (parts_.keeper == nullptr) return;
  parts_.keeper->Put(WorkerKey(launch.manifest.name, process.pid),
                     WorkerMetadata(launch, process.pid), process.board.fd());
}

void Supervisor::Ended(const std::string& function, pid_t pid) {
  if (parts_.keeper != nullptr) parts_.keeper->Drop(WorkerKey(function, pid));
}

void Supervisor::Serves(const std::string& function, const std::string& revision,
                        const std::string& previous) {
  FunctionRecord& record = records_[function];
  record.current = revision;
  record.previous = previous;
  Save();
}

void Supervisor::Save() {
  if (parts_.background == nullptr) return;
  const auto save = [folder = parts_.config.state_dir, records = records_] {
    return SaveFunctionRecords(folder, records);
  };
  const auto tell = [this](const std::expected<void, std::string>& saved) {
    if (!saved) parts_.log.Error(saved.error());
  };
  if (!parts_.background->Run(save, tell)) {
    parts_.log.Error("too much waits for the disk; what was set is not kept over a restart");
  }
}

void Supervisor::Changed() {
  if (!settled_ && !stopping_ && AllSettled()) {
    settled_ = true;
    const HostStatus status = Status();
    parts_.log.Info(
        status.ready() ? "all functions are ready" : "started, but not every function runs",
        {{"functions", static_cast<int64_t>(status.functions.size())},
         {"duration_ms", status.uptime_s * 1000}});
    leftovers_->Drain(milliseconds(parts_.config.grace_ms));
  }
  const bool left = std::ranges::any_of(leaving_, [](const auto& e) { return e.second->empty(); });
  if (left) parts_.loop.Post([this] { Forget(); });
  const auto empty = [](const Pools& pools) {
    return std::ranges::all_of(pools, [](const auto& each) { return each.second->empty(); });
  };
  if (draining_ && empty(pools_) && empty(leaving_) && leftovers_->empty()) parts_.loop.Quit();
}

// Not from within a pool's own call.
void Supervisor::Forget() {
  std::erase_if(leaving_, [](const auto& each) { return each.second->empty(); });
}

bool Supervisor::AllSettled() const {
  return std::ranges::all_of(pools_, [](const auto& each) { return each.second->settled(); });
}

std::vector<WatchedWorker> Supervisor::Watched() const {
  std::vector<WatchedWorker> workers;
  for (const auto& [name, pool] : pools_) pool->AddWatched(workers);
  return workers;
}

CountersByFunction Supervisor::Counters() const {
  CountersByFunction all;
  for (const auto& [name, pool] : pools_) all[name] = pool->Counters();
  return all;
}

std::vector<Manifest> Supervisor::Manifests() const {
  std::vector<Manifest> manifests;
  for (const auto& [name, pool] : pools_) manifests.push_back(pool->launch().manifest);
  return manifests;
}

HostStatus Supervisor::Status() const {
  HostStatus status;
  status.version = kVersion;
  status.revision = parts_.config.revision;
  status.state = stopping_ ? "stopping" : settled_ ? "running" : "starting";
  status.pid = getpid();
  status.uptime_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  status.leftovers = leftovers_ ? leftovers_->count() : 0;
  for (const auto& [name, pool] : pools_) status.functions.push_back(pool->Status());
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
