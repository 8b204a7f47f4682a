#include "host/keeper/start.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "host/supervisor/spawn_plan.h"

namespace host::keeper {
namespace {

constexpr int kBacklog = 16;

std::unexpected<std::string> Fault(const std::string& path, const char* doing, int error) {
  std::string line = fmt::format("{}: {}: {}", path, doing, std::strerror(error));
  if (error == EMFILE || error == ENFILE) line += "; raise the limit of open files (ulimit -n)";
  if (error == EAGAIN) line += "; raise the limit of processes (ulimit -u)";
  return std::unexpected(line);
}

bool SetAddress(sockaddr_un& address, const std::string& path) {
  address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.data(), path.size());
  return true;
}

Fd Socket() { return Fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)); }

// Appears whole, with its mode and listening, in one rename(2).
std::expected<Fd, std::string> Listen(const std::string& path) {
  const std::string fresh = path + ".new";
  sockaddr_un address{};
  if (!SetAddress(address, fresh)) return Fault(path, "too long a path", ENAMETOOLONG);
  Fd fd = Socket();
  if (!fd) return Fault(path, "cannot make a socket", errno);
  unlink(fresh.c_str());
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      chmod(fresh.c_str(), 0600) != 0 || listen(fd.get(), kBacklog) != 0 ||
      rename(fresh.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(fresh.c_str());
    return Fault(path, "cannot listen", error);
  }
  return fd;
}

}  // namespace

std::expected<Fd, int> Connect(const std::string& path) {
  sockaddr_un address{};
  if (!SetAddress(address, path)) return std::unexpected(ENAMETOOLONG);
  Fd fd = Socket();
  if (!fd || connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return std::unexpected(errno);
  }
  return fd;
}

std::expected<Started, std::string> Start(const std::string& path, const std::string& program) {
  const auto listener = Listen(path);
  if (!listener) return std::unexpected(listener.error());
  const char* level = std::getenv("FNHOST_LOG_LEVEL");
  std::string variable = std::string("FNHOST_LOG_LEVEL=") + (level == nullptr ? "" : level);
  char* environment[] = {level == nullptr ? nullptr : variable.data(), nullptr};
  std::string name = "fnhost";
  std::string command = "keep";
  std::string argument = path;
  char* arguments[] = {name.data(), command.data(), argument.data(), nullptr};
  SpawnPlan plan(POSIX_SPAWN_SETSID);
  plan.Give(listener->get(), 0);
  plan.Open(1, "/dev/null", O_WRONLY);
  plan.CloseFrom(3);
  Started started;
  const int error = posix_spawn(&started.pid, program.c_str(), plan.actions(), plan.attributes(),
                                arguments, environment);
  if (error != 0) {
    unlink(path.c_str());
    return Fault(program, "cannot run the keeper", error);
  }
  auto socket = Connect(path);  // waits in the backlog until it is up
  if (!socket) {                // no descriptor left, or it has ended already
    kill(started.pid, SIGKILL);
    waitpid(started.pid, nullptr, 0);
    unlink(path.c_str());
    return Fault(path, "cannot connect to the keeper", socket.error());
  }
  started.socket = *std::move(socket);
  return started;
}

}  // namespace host::keeper
