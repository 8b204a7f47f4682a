#include "host/supervisor/adoption.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "host/supervisor/pidfd.h"
#include "host/supervisor/process_stat.h"

namespace host {

std::string SocketKey(std::string_view function) { return fmt::format("socket:{}", function); }

std::string WorkerKey(std::string_view function, pid_t pid) {
  return fmt::format("worker:{}:{}", function, pid);
}

std::string WorkerMetadata(const Launch& launch, pid_t pid) {
  const nlohmann::json tree = {{"function", launch.manifest.name},
                               {"revision", launch.revision},
                               {"sdk", launch.sdk},
                               {"pid", pid},
                               {"start_time", StartTime(pid)}};
  return tree.dump();
}

std::optional<OldWorker> FindOldWorker(std::string_view metadata, Fd board) {
  const auto tree = nlohmann::json::parse(metadata, nullptr, false);
  std::string function;
  std::string revision;
  bool sdk = false;
  pid_t pid = 0;
  int64_t start_time = 0;
  try {
    tree.at("function").get_to(function);
    tree.at("revision").get_to(revision);
    tree.at("sdk").get_to(sdk);
    tree.at("pid").get_to(pid);
    tree.at("start_time").get_to(start_time);
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
  // The descriptor first, then whose it is: so no other process of the same number slips in.
  Fd pidfd(pidfd_open(pid, 0));
  if (!pidfd || start_time == 0 || StartTime(pid) != start_time) return std::nullopt;
  auto attached = Scoreboard::Attach(board.get());
  if (!attached) return std::nullopt;
  board.Release();
  attached->CloseFd();
  const WorkerBoard& worker = attached->worker();
  if (sdk && (worker.ready.load() == 0 || worker.draining.load() != 0)) return std::nullopt;
  return OldWorker{
      function, revision,
      Process{.pid = pid, .pidfd = std::move(pidfd), .ready = {}, .board = *std::move(attached)}};
}

}  // namespace host
