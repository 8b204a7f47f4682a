#include "host/cli/client.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "host/supervisor/descriptors.h"
#include "host/supervisor/fd.h"

namespace host {
namespace {

using namespace std::chrono_literals;

std::unexpected<std::string> Fault(const std::string& path, std::chrono::milliseconds timeout) {
  const int error = errno;
  std::string line = fmt::format("{}: {}", path, std::strerror(error));
  if (error == ENOENT || error == ECONNREFUSED) line += "; no host is running there";
  if (error == EACCES) line += "; ask as the user that runs the host";
  if (error == EAGAIN) line = fmt::format("{}: no answer in {:g} s", path, timeout / 1.0s);
  return std::unexpected(line);
}

}  // namespace

std::expected<std::string, std::string> Ask(const std::string& path, const std::string& line,
                                            const std::vector<int>& fds,
                                            std::chrono::milliseconds timeout) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return std::unexpected(path + ": too long a path");
  std::memcpy(address.sun_path, path.data(), path.size());
  const Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(timeout);
  const timeval limit{.tv_sec = seconds.count(),
                      .tv_usec = std::chrono::microseconds(timeout - seconds).count()};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return Fault(path, timeout);
  }
  const std::string request = line + "\n";
  if (SendFds(fd.get(), request, fds) != static_cast<ssize_t>(request.size()))
    return Fault(path, timeout);
  std::string answer;
  char buffer[16384];
  while (!answer.ends_with('\n')) {
    const ssize_t size = recv(fd.get(), buffer, sizeof buffer, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Fault(path, timeout);
    if (size == 0) return std::unexpected(path + ": the host closed the connection; ask again");
    answer.append(buffer, size);
  }
  answer.pop_back();
  return answer;
}

}  // namespace host
