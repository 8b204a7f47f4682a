#include "tests/instance/host.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

namespace e2e {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> Arguments(const fs::path& process) {
  std::ifstream file(process / "cmdline");
  std::vector<std::string> arguments;
  for (std::string each; std::getline(file, each, '\0');) arguments.push_back(each);
  return arguments;
}

int Parent(const fs::path& process) {  // 0 of one that is gone
  std::ifstream file(process / "stat");
  std::string all;
  std::getline(file, all);
  const auto end = all.rfind(')');  // the name before it may hold anything
  return end == all.npos ? 0 : std::stoi(all.substr(end + 4));
}

// Those of /proc that hold; ones that end meanwhile are left out.
template <typename Test>
std::vector<int> Processes(const Test& holds) {
  std::vector<int> found;
  for (const auto& folder : fs::directory_iterator("/proc")) {
    const std::string name = folder.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (holds(folder.path())) found.push_back(std::stoi(name));
  }
  return found;
}

int PidOf(const std::string& server) {
  std::ifstream file(State() + "/" + server + ".pid");
  int pid = 0;
  file >> pid;
  return pid;
}

}  // namespace

Ran Fnhost(const std::string& arguments) {
  return Bash("'" + State() + "/bin/fnhost' " + arguments + " --config '" + State() +
              "/fnhost.json' 2>&1");
}

nlohmann::json HostStatus() {
  const auto ran = Fnhost("status --json");
  auto status = nlohmann::json::parse(ran.output, nullptr, false);
  return status.is_object() ? status : nlohmann::json();
}

nlohmann::json FunctionStatus(const std::string& function) {
  const auto status = HostStatus();
  if (status.is_object()) {
    for (const auto& each : status.at("functions")) {
      if (each.at("name") == function) return each;
    }
  }
  return {};
}

bool Settled(int seconds) {
  const auto holds = [](const nlohmann::json& status) {
    return status.is_object() && status.at("state") == "running" &&
           std::ranges::all_of(status.at("functions"), [](const auto& each) {
             return each.at("ready") == each.at("wanted") && each.at("starting") == 0 &&
                    each.at("draining") == 0;
           });
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!holds(HostStatus())) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

int Supervisor() {
  const int pid = PidOf("fnhost");
  const auto running = FnhostProcesses("run");
  return std::ranges::find(running, pid) == running.end() ? 0 : pid;
}

void StartSupervisor() {
  const auto ran = Bash("source tools/dev/common.sh; set_state '" + State() +
                        "'; read_instance; launch fnhost \"$state/bin/fnhost\" run --config "
                        "\"$state/fnhost.json\"");
  if (ran.exit_code != 0) throw std::runtime_error("fnhost was not started");
}

int NginxMaster() { return PidOf("nginx"); }

std::vector<int> NginxWorkers() {
  const int master = NginxMaster();
  return Processes([&](const fs::path& process) {
    const auto arguments = Arguments(process);
    // "nginx: worker process is shutting down" is one that goes.
    return !arguments.empty() && arguments[0] == "nginx: worker process" &&
           Parent(process) == master;
  });
}

std::vector<int> Children(int pid) {
  return Processes([&](const fs::path& process) { return Parent(process) == pid; });
}

std::vector<std::string> Descriptors(int pid) {
  std::vector<std::string> found;
  std::error_code gone;
  for (const auto& link : fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd", gone)) {
    const auto target = fs::read_symlink(link.path(), gone);
    if (gone) continue;
    const std::string what = target.string();
    found.push_back(what.starts_with('/') ? what : what.substr(0, what.find(':')));
  }
  return found;
}

std::vector<int> FnhostProcesses(const std::string& command) {
  const std::string program = State() + "/bin/fnhost";
  return Processes([&](const fs::path& process) {
    std::error_code gone;
    const auto arguments = Arguments(process);
    return fs::read_symlink(process / "exe", gone) == program && arguments.size() > 1 &&
           arguments[1] == command;
  });
}

}  // namespace e2e
