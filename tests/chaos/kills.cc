#include "tests/chaos/kills.h"

#include <signal.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "tests/chaos/operations.h"
#include "tests/chaos/stage.h"
#include "tests/instance/host.h"

namespace chaos {
namespace {

using Clock = std::chrono::steady_clock;

template <typename Holds>
void WaitFor(const std::string& what, const Holds& holds) {
  const auto deadline = Clock::now() + std::chrono::seconds(40);  // the longest back-off is 30 s
  while (!holds()) {
    if (Clock::now() > deadline) throw std::runtime_error("after 40 s still not: " + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

// The process that was killed; 0 when there was none.
int KillOne(const std::vector<int>& pids, std::mt19937& random) {
  if (pids.empty()) return 0;
  const int pid = pids[random() % pids.size()];
  return kill(pid, SIGKILL) == 0 ? pid : 0;
}

bool SupervisorRuns() {
  const auto status = e2e::HostStatus();
  return status.is_object() && status.at("pid") == e2e::Supervisor() &&
         status.at("state") == "running";
}

}  // namespace

bool KillWorkers::Disturb() {
  std::vector<int> pids;
  for (const auto& function : functions_) {
    for (const int pid : e2e::Workers(function)) pids.push_back(pid);
  }
  return KillOne(pids, random_) != 0;
}

bool KillNginxWorkers::Disturb() {
  const int pid = KillOne(e2e::NginxWorkers(), random_);
  if (pid == 0) return false;
  // NGINX's master tells of it as an alert, which tests/e2e/after_test.cc knows from here.
  std::ofstream(e2e::State() + "/killed", std::ios::app) << pid << "\n";
  return true;
}

bool KillSupervisor::Disturb() {
  const auto operating = Operating();
  const int pid = e2e::Supervisor();
  if (pid == 0) throw std::runtime_error("there is no supervisor to kill");
  kill(pid, SIGKILL);
  WaitFor("the supervisor is gone", [] { return e2e::Supervisor() == 0; });
  std::this_thread::sleep_for(away_);
  e2e::StartSupervisor();
  WaitFor("the new supervisor runs", SupervisorRuns);
  return true;
}

bool KillKeeper::Disturb() {
  const auto operating = Operating();
  const auto before = e2e::FnhostProcesses("keep");
  if (before.empty()) return false;
  for (const int pid : before) kill(pid, SIGKILL);
  WaitFor("a new keeper runs", [&] {
    const auto now = e2e::FnhostProcesses("keep");
    return !now.empty() && now != before;
  });
  return true;
}

bool KillBackends::Disturb() {
  const auto killed = Database().Query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 "
      "ORDER BY random() LIMIT 1",
      {role_});
  return !killed.empty() && killed[0][0] == "t";
}

}  // namespace chaos
