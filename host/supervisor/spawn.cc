#include "host/supervisor/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include "host/supervisor/pidfd.h"

namespace host {
namespace {

std::string Explain(const std::string& binary, int error) {
  std::string line = fmt::format("cannot start {}: {}", binary, std::strerror(error));
  if (error == ENOENT) line += "; build it, or remove its folder";
  if (error == EACCES) line += "; make it executable";
  if (error == EMFILE || error == ENFILE) line += "; raise the limit of open files (ulimit -n)";
  if (error == EAGAIN) line += "; raise the limit of processes (ulimit -u)";
  return line;
}

// posix_spawn's arguments, freed together.
struct SpawnPlan {
  SpawnPlan(int socket, int ready, int board) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, socket, 0);  // first: it may have kReadyFd's number
    posix_spawn_file_actions_adddup2(&actions, ready, kReadyFd);
    posix_spawn_file_actions_adddup2(&actions, board, kScoreboardFd);  // a scoreboard's is higher
    posix_spawn_file_actions_adddup2(&actions, 2, 1);
    posix_spawn_file_actions_addclosefrom_np(&actions, kScoreboardFd + 1);
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

}  // namespace

std::expected<Variables, std::string> WorkerEnvironment(
    const HostConfig& config, const Manifest& manifest,
    const std::function<std::optional<std::string>(const char*)>& own) {
  Variables all;
  for (const char* name : {"PATH", "TZ", "LANG", "FNHOST_LOG_LEVEL"}) {
    if (const auto value = own(name)) all[name] = *value;
  }
  for (const auto& [name, value] : config.environment) all[name] = value;
  for (const std::string& need : manifest.needs) {
    const auto found = config.needs.find(need);
    if (found == config.needs.end()) {
      return std::unexpected(fmt::format(
          "needs \"{0}\", which the host's configuration does not give; add needs.{0}", need));
    }
    for (const auto& [name, value] : found->second) all[name] = value;
  }
  all["FNHOST_FUNCTION"] = manifest.name;
  all["FNHOST_REVISION"] = config.revision;
  all["FNHOST_PROTOCOL"] = manifest.protocol == Protocol::kUwsgi ? "uwsgi" : "fastcgi";
  all["FNHOST_SCOPE"] = manifest.scope;
  all["FNHOST_THREADS"] = std::to_string(manifest.pool.threads);
  all["FNHOST_BODY_BYTES"] = std::to_string(manifest.limits.body_bytes);
  all["FNHOST_TIMEOUT_MS"] = std::to_string(manifest.limits.timeout_ms);
  all["FNHOST_READY_FD"] = std::to_string(kReadyFd);
  all["FNHOST_SCOREBOARD_FD"] = std::to_string(kScoreboardFd);
  all["FNHOST_RUN_DIR"] = config.run_dir;
  return all;
}

std::expected<Process, std::string> Spawn(const std::string& binary, const Variables& environment,
                                          int socket, int threads, std::chrono::milliseconds slow) {
  auto board = Scoreboard::Create(threads, slow);
  if (!board) return std::unexpected(fmt::format("cannot start {}: {}", binary, board.error()));
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(Explain(binary, errno));
  Process process{.pid = -1, .pidfd = {}, .ready = Fd(ends[0]), .board = *std::move(board)};
  Fd write_end(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);

  std::vector<std::string> lines;
  for (const auto& [name, value] : environment) lines.push_back(name + "=" + value);
  std::vector<char*> env;
  for (std::string& line : lines) env.push_back(line.data());
  env.push_back(nullptr);
  std::string name = binary;
  char* arguments[] = {name.data(), nullptr};

  const SpawnPlan plan(socket, write_end.get(), process.board.fd());
  const int error = posix_spawn(&process.pid, binary.c_str(), &plan.actions, &plan.attributes,
                                arguments, env.data());
  if (error != 0) return std::unexpected(Explain(binary, error));
  process.pidfd = Fd(pidfd_open(process.pid, 0));
  if (!process.pidfd) {  // no descriptor left: a process that cannot be watched must not stay
    const int fault = errno;
    kill(process.pid, SIGKILL);
    waitpid(process.pid, nullptr, 0);
    return std::unexpected(Explain(binary, fault));
  }
  return process;
}

}  // namespace host
