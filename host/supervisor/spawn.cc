#include "host/supervisor/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include "host/supervisor/pidfd.h"
#include "host/supervisor/spawn_plan.h"

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

  SpawnPlan plan(POSIX_SPAWN_SETPGROUP);
  plan.Give(socket, 0);  // first: it may have kReadyFd's number
  plan.Give(write_end.get(), kReadyFd);
  plan.Give(process.board.fd(), kScoreboardFd);  // a scoreboard's number is higher
  plan.Give(2, 1);
  plan.CloseFrom(kScoreboardFd + 1);
  const int error = posix_spawn(&process.pid, binary.c_str(), plan.actions(), plan.attributes(),
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
