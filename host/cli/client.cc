#include "host/cli/client.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "host/supervisor/fd.h"

namespace host {
namespace {

std::unexpected<std::string> Fault(const std::string& path) {
  const int error = errno;
  std::string line = fmt::format("{}: {}", path, std::strerror(error));
  if (error == ENOENT || error == ECONNREFUSED) line += "; no host is running there";
  if (error == EACCES) line += "; ask as the user that runs the host";
  if (error == EAGAIN) line = path + ": no answer in 5 s";
  return std::unexpected(line);
}

// The descriptors go with the first byte.
bool Send(int socket, std::string request, const std::vector<int>& fds) {
  iovec data{.iov_base = request.data(), .iov_len = request.size()};
  std::vector<char> control(fds.empty() ? 0 : CMSG_SPACE(fds.size() * sizeof(int)));
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (!fds.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(fds.size() * sizeof(int));
    std::memcpy(CMSG_DATA(header), fds.data(), fds.size() * sizeof(int));
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(request.size());
}

}  // namespace

std::expected<std::string, std::string> Ask(const std::string& path, const std::string& line,
                                            const std::vector<int>& fds) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return std::unexpected(path + ": too long a path");
  std::memcpy(address.sun_path, path.data(), path.size());
  const Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{.tv_sec = 5, .tv_usec = 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return Fault(path);
  }
  if (!Send(fd.get(), line + "\n", fds)) return Fault(path);
  std::string answer;
  char buffer[16384];
  while (!answer.ends_with('\n')) {
    const ssize_t size = recv(fd.get(), buffer, sizeof buffer, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Fault(path);
    if (size == 0) return std::unexpected(path + ": the host closed the connection; ask again");
    answer.append(buffer, size);
  }
  answer.pop_back();
  return answer;
}

}  // namespace host
