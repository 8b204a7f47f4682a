#include "host/wire/socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>

#include "host/wire/check.h"

namespace host::wire {

void SetTimeouts(int fd, int io_timeout_ms) {
  const timeval timeout{io_timeout_ms / 1000, io_timeout_ms % 1000 * 1000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
}

ssize_t Peek(int fd, std::span<char> scratch) {
  ssize_t size = 0;
  do {
    size = recv(fd, scratch.data(), kPeekBytes, MSG_PEEK | MSG_DONTWAIT);
  } while (size < 0 && errno == EINTR);
  if (size >= 0) return size;
  return errno == EAGAIN || errno == EWOULDBLOCK ? -1 : 0;
}

bool PeerIsGone(int fd) {
  pollfd state{fd, POLLRDHUP, 0};
  return poll(&state, 1, 0) > 0;
}

bool Discard(int fd) {
  char thrown_away[16384];
  for (;;) {
    const ssize_t got = recv(fd, thrown_away, sizeof thrown_away, MSG_DONTWAIT);
    if (got > 0 || (got < 0 && errno == EINTR)) continue;
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }
}

void SendNow(int fd, const std::string& bytes) {
  [[maybe_unused]] const ssize_t sent =
      send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace host::wire
