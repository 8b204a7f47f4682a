#include "tests/chaos/client_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace chaos {

bool ClientConnection::Open() {
  fd_ = host::Fd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd_) throw std::system_error(errno, std::generic_category(), "socket");
  const int on = 1;
  setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // Each one from another address of this machine: splits and rates go by the client's address.
  setsockopt(fd_.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + static_cast<uint32_t>(tag_ % 65'000));
  if (bind(fd_.get(), reinterpret_cast<sockaddr*>(&own), sizeof own) != 0) {
    throw std::system_error(errno, std::generic_category(), "bind");
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = tag_;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd_.get(), &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
  return connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ||
         errno == EINPROGRESS;
}

void ClientConnection::Close() {
  fd_.Close();
  busy_ = false;
  out_.clear();
  in_.clear();
}

ClientConnection::Progress ClientConnection::Broken(const std::string& why) {
  fault_ = why + (in_.empty() ? ", no byte of an answer" : ", within the answer");
  Close();
  return Progress::kBroken;
}

ClientConnection::Progress ClientConnection::Send(const std::string& request) {
  if (!fd_ && !Open()) return Broken(std::string("no connection: ") + std::strerror(errno));
  busy_ = true;
  out_ = request;
  return OnReady();
}

ClientConnection::Progress ClientConnection::OnReady() {
  if (!fd_) return Progress::kWaiting;
  while (!out_.empty()) {
    const ssize_t size = send(fd_.get(), out_.data(), out_.size(), MSG_NOSIGNAL);
    if (size < 0) {
      if (errno == EAGAIN) break;
      return Broken(std::string("the connection ended: ") + std::strerror(errno));
    }
    out_.erase(0, static_cast<size_t>(size));
  }
  std::array<char, 16384> piece;
  while (true) {
    const ssize_t size = recv(fd_.get(), piece.data(), piece.size(), 0);
    if (size < 0 && errno == EAGAIN) break;
    if (size <= 0) {
      if (busy_) {
        return Broken(size == 0 ? "the connection was closed"
                                : std::string("the connection ended: ") + std::strerror(errno));
      }
      Close();  // an idle one: the server may
      return Progress::kWaiting;
    }
    in_.append(piece.data(), static_cast<size_t>(size));
  }
  if (in_.empty()) return Progress::kWaiting;
  if (!busy_) return Broken("bytes that nobody asked for");
  auto parsed = ParseHttpAnswer(in_);
  if (!parsed) return Broken(parsed.error());
  if (!*parsed) return Progress::kWaiting;
  answer_ = *std::move(*parsed);
  in_.erase(0, answer_.size);
  busy_ = false;
  if (answer_.closes) Close();
  return Progress::kAnswered;
}

}  // namespace chaos
