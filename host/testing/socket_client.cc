#include "host/testing/socket_client.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace host::testing {

SocketClient::SocketClient(const std::string& socket_path)
    : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof address.sun_path)
    throw std::runtime_error("socket path too long");
  std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
  const timeval timeout{10, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    close(fd_);
    throw std::runtime_error("cannot connect to " + socket_path);
  }
}

SocketClient::~SocketClient() { close(fd_); }

void SocketClient::Send(const std::string& bytes) {
  size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t sent = send(fd_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("the peer takes no more");
    at += sent;
  }
}

void SocketClient::ReadExactly(char* into, size_t size) {
  while (size > 0) {
    const ssize_t got = recv(fd_, into, size, 0);
    if (got <= 0) throw std::runtime_error(got == 0 ? "the peer closed" : "no answer in time");
    into += got;
    size -= got;
  }
}

bool SocketClient::ReadsEnd() {
  char byte;
  const ssize_t got = recv(fd_, &byte, 1, 0);
  return got == 0 || (got < 0 && errno == ECONNRESET);  // reset: it closed without reading all
}

std::string SocketClient::ReadToEnd() {
  std::string all;
  char piece[16384];
  for (;;) {
    const ssize_t got = recv(fd_, piece, sizeof piece, 0);
    if (got == 0 || (got < 0 && errno == ECONNRESET)) return all;
    if (got < 0) throw std::runtime_error("no answer in time");
    all.append(piece, got);
  }
}

}  // namespace host::testing
