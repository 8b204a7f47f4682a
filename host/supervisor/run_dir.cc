#include "host/supervisor/run_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace host {
namespace {

std::unexpected<std::string> Fault(const std::string& path, const char* doing) {
  const int error = errno;
  std::string line = fmt::format("{}: {}: {}", path, doing, std::strerror(error));
  if (error == EACCES || error == EPERM || error == EROFS) {
    line += "; give this user the right to write there, or choose another \"run_dir\"";
  } else if (error == EMFILE || error == ENFILE) {
    line += "; raise the limit of open files (ulimit -n)";
  } else if (error == ENOENT) {
    line += "; make the folder above it first";
  }
  return std::unexpected(line);
}

}  // namespace

std::expected<RunDir, std::string> RunDir::Take(const std::string& path) {
  if (mkdir(path.c_str(), geteuid() == 0 ? 0755 : 0700) != 0 && errno != EEXIST) {
    return Fault(path, "cannot make the folder");
  }
  const std::string file = path + "/fnhost.lock";
  Fd lock(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock) return Fault(file, "cannot open");
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return Fault(file, "cannot lock");
    char owner[32] = {};
    const bool known = pread(lock.get(), owner, sizeof owner - 1, 0) > 0;
    return std::unexpected(fmt::format(
        "{} is in use by another fnhost{}; stop that one first, or choose another \"run_dir\"",
        path,
        known ? fmt::format(" (process {})", std::string(owner, std::strcspn(owner, "\n"))) : ""));
  }
  const std::string pid = fmt::format("{}\n", getpid());
  if (ftruncate(lock.get(), 0) != 0 ||
      pwrite(lock.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return Fault(file, "cannot write");
  }
  return RunDir(path, std::move(lock));
}

std::expected<Fd, std::string> RunDir::Listen(const std::string& name, const Mode& mode) const {
  return ListenUnix(path_ + "/" + name + ".sock", mode, kBacklog);
}

std::expected<Fd, std::string> ListenUnix(const std::string& path, const RunDir::Mode& mode,
                                          int backlog) {
  // Beside it, and hardly longer: a socket's name may not be long.
  const size_t slash = path.rfind('/') + 1;
  const std::string fresh =
      path.substr(0, slash) + "." + path.substr(slash, path.size() - slash - 1) + "~";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (fresh.size() >= sizeof address.sun_path || path.size() >= sizeof address.sun_path) {
    return std::unexpected(fmt::format(
        "{}: longer than a socket's name may be ({} bytes); choose a shorter \"run_dir\"", path,
        sizeof address.sun_path - 1));
  }
  std::memcpy(address.sun_path, fresh.data(), fresh.size());

  struct stat there{};
  if (lstat(path.c_str(), &there) == 0 && !S_ISSOCK(there.st_mode)) {
    return std::unexpected(path + ": is in the way and no socket; remove it");
  }
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return Fault(path, "cannot make a socket");
  unlink(fresh.c_str());
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return Fault(path, "cannot bind");
  }
  if (!mode.group_of.empty()) {
    const passwd* user = getpwnam(mode.group_of.c_str());
    if (user == nullptr) {
      unlink(fresh.c_str());
      return std::unexpected(
          fmt::format("nginx.user: there is no user {} on this machine", mode.group_of));
    }
    if (chown(fresh.c_str(), -1, user->pw_gid) != 0) return Fault(fresh, "cannot change the group");
  }
  if (chmod(fresh.c_str(), mode.mode) != 0) return Fault(fresh, "cannot set the mode");
  if (listen(fd.get(), backlog) != 0) return Fault(path, "cannot listen");
  if (rename(fresh.c_str(), path.c_str()) != 0) return Fault(path, "cannot put the socket there");
  return fd;
}

void RunDir::Remove(const std::string& name) const {
  unlink((path_ + "/" + name + ".sock").c_str());
}

std::string BacklogWarning(int somaxconn) {
  if (somaxconn == 0 || somaxconn >= kBacklog) return {};
  return fmt::format(
      "the kernel lets {0} connections wait, not {1}; bursts beyond get 502 from NGINX: sysctl -w "
      "net.core.somaxconn={1}",
      somaxconn, kBacklog);
}

int Somaxconn() {
  std::ifstream file("/proc/sys/net/core/somaxconn");
  int value = 0;
  file >> value;
  return value;
}

}  // namespace host
