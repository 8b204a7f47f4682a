// Supervisor: all pools of one host. Opens the functions' sockets, keeps the pools alive, stops
// them in parallel.
//
// If it dies, its workers go on serving on their sockets; the next supervisor replaces sockets and
// workers (leftovers.h).
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/log.h"
#include "host/pool/pool.h"
#include "host/supervisor/config.h"
#include "host/supervisor/event_loop.h"
#include "host/supervisor/function_pool.h"
#include "host/supervisor/functions.h"
#include "host/supervisor/leftovers.h"
#include "host/supervisor/run_dir.h"
#include "host/supervisor/slow_log.h"
#include "host/supervisor/status.h"

namespace host {

class Supervisor : private FunctionPool::Watcher {
 public:
  // All references outlive the supervisor.
  Supervisor(const HostConfig& config, EventLoop& loop, const Log& log, const RunDir& run_dir,
             Random random);
  ~Supervisor() override;

  // Opens the sockets of `functions`; the errors are lines for people. Then Start() starts the
  // workers.
  std::expected<void, std::vector<std::string>> Open(const Functions& functions);
  void Start();

  // Drains all pools and then quits the loop. Called again, it kills instead.
  void Stop();

  HostStatus Status() const;
  CountersByFunction Counters() const;

 private:
  void Changed() override;
  void Started(const std::string&, const std::string&, const Process&) override {}
  void Ended(const std::string&, pid_t) override {}
  void Serves(const std::string&, const std::string&, const std::string&) override {}
  void Look();
  bool AllSettled() const;
  std::vector<WatchedWorker> Watched() const;

  const HostConfig& config_;
  EventLoop& loop_;
  const Log& log_;
  const RunDir& run_dir_;
  const Random random_;
  const SteadyTime started_ = std::chrono::steady_clock::now();
  std::optional<Leftovers> leftovers_;
  std::vector<std::unique_ptr<FunctionPool>> pools_;
  std::vector<Functions::Broken> broken_;
  SlowLog slow_log_;
  EventLoop::TimerId look_ = 0;
  bool settled_ = false;
  bool stopping_ = false;
};

}  // namespace host
