#include "host/supervisor/descriptors.h"

#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace host {
namespace {

constexpr size_t kMost = 8;

}  // namespace

ssize_t SendFds(int socket, std::string_view bytes, std::span<const int> fds, int flags) {
  iovec data{.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
  std::vector<char> control(fds.empty() ? 0 : CMSG_SPACE(fds.size_bytes()));
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (!fds.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(header), fds.data(), fds.size_bytes());
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL | flags);
}

ssize_t ReceiveFds(int socket, std::span<char> buffer, std::vector<Fd>& fds, size_t most,
                   int flags) {
  iovec data{.iov_base = buffer.data(), .iov_len = buffer.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(kMost * sizeof(int))];
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  // Room for no more than we take: the kernel closes what does not fit.
  const size_t room = std::min(kMost, most - std::min(most, fds.size()));
  if (room > 0) {
    message.msg_control = control;
    message.msg_controllen = CMSG_LEN(room * sizeof(int));
  }
  const ssize_t size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | flags);
  if (size < 0) return size;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
      fds.emplace_back(fd);
    }
  }
  return size;
}

}  // namespace host
