// Supervisor: all pools of one host. Opens the functions' sockets, keeps the pools alive, stops
// them in parallel.
//
// If it dies, its workers go on serving, and the keeper holds the sockets. The next supervisor
// takes both over: sockets, so that no connection in their queues is lost, and workers, as they
// are. Without a keeper it opens fresh sockets and replaces the workers (leftovers.h).
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/log.h"
#include "host/keeper/keeper_client.h"
#include "host/supervisor/background.h"
#include "host/supervisor/catalog.h"
#include "host/supervisor/closing_time.h"
#include "host/supervisor/config.h"
#include "host/supervisor/event_loop.h"
#include "host/supervisor/function_pool.h"
#include "host/supervisor/leftovers.h"
#include "host/supervisor/listen_address.h"
#include "host/supervisor/revision_counters.h"
#include "host/supervisor/run_dir.h"
#include "host/supervisor/slow_log.h"
#include "host/supervisor/status.h"

namespace host {

// Where the only function of a host listens, when not in the run dir, and how long it goes on after
// it was told to stop (ClosingTime).
struct OwnAddress {
  ListenAddress listen;
  milliseconds drain_delay{0};
};

class Supervisor : private FunctionPool::Watcher {
 public:
  // All outlive the supervisor.
  struct Parts {
    const HostConfig& config;
    EventLoop& loop;
    const Log& log;
    const RunDir& run_dir;
    KeeperClient* keeper = nullptr;    // null: nobody keeps anything for the next supervisor
    Background* background = nullptr;  // writes the records; needed with a state folder
    Random random;
    OwnAddress* own_address = nullptr;  // null: sockets in the run dir
  };
  explicit Supervisor(Parts parts);
  ~Supervisor() override;

  // Opens the sockets, takes over what is there; the errors are lines for people. Then Start()
  // starts the workers that are missing.
  std::expected<void, std::vector<std::string>> Open(Catalog catalog);
  void Start();

  // Drains all pools and then quits the loop, at an address of its own after ClosingTime. Called
  // again, it kills instead.
  void Stop();
  bool stopping() const { return stopping_; }

  // Null when there is no such function.
  FunctionPool* Find(const std::string& name) const;
  // A pool for a function that is not there yet, with a socket and without workers: deploy to it.
  std::expected<FunctionPool*, std::string> Add(Launch launch);
  // Its workers are drained; then it is forgotten, with its socket and its record.
  void Remove(const std::string& name);
  // An operator's numbers; kept over restarts.
  void Scale(FunctionPool& pool, const ScaleOverride& scale);

  // Of all functions that are there, by name: what NGINX routes to.
  std::vector<Manifest> Manifests() const;

  HostStatus Status() const;
  CountersByFunction Counters() const;

 private:
  using Pools = std::map<std::string, std::unique_ptr<FunctionPool>>;

  void Changed() override;
  void Started(const Launch& launch, const Process& process) override;
  void Ended(const std::string& function, pid_t pid) override;
  void Leaves(const WatchedWorker& worker, milliseconds limit) override {
    slow_log_.Now(worker, limit, [] {});  // SIGKILL comes later than the stack
  }
  void Serves(const std::string& function, const std::string& revision,
              const std::string& previous) override;

  std::expected<void, std::string> Make(Planned planned, Fd socket);
  void Adopt(std::vector<Kept> kept);
  std::expected<Fd, std::string> Listen(const std::string& name) const;
  void Look();
  void DrainAll();
  void KillAll();
  void Save();
  void Forget();
  bool AllSettled() const;
  std::vector<WatchedWorker> Watched() const;

  const Parts parts_;
  const SteadyTime started_ = std::chrono::steady_clock::now();
  std::optional<Leftovers> leftovers_;
  Pools pools_;
  Pools leaving_;  // removed, with workers still
  FunctionRecords records_;
  std::vector<Functions::Broken> broken_;
  SlowLog slow_log_;
  std::optional<ClosingTime> closing_;
  EventLoop::TimerId look_ = 0;
  bool settled_ = false;
  bool stopping_ = false;
  bool draining_ = false;  // the pools are told to leave: when they are empty, all is done
};

}  // namespace host
