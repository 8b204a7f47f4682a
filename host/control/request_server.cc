#include "host/control/request_server.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

namespace host {
namespace {

constexpr std::chrono::milliseconds kPause{100};
constexpr size_t kDiscardBytes = 65536;

bool TryLater() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

RequestServer::RequestServer(EventLoop& loop, Fd listener, RequestLimits limits, Handler handler)
    : loop_(loop),
      listener_(std::move(listener)),
      limits_(std::move(limits)),
      handler_(std::move(handler)) {
  fcntl(listener_.get(), F_SETFL, fcntl(listener_.get(), F_GETFL) | O_NONBLOCK);
  loop_.Watch(listener_.get(), EPOLLIN, [this](uint32_t) { Accept(); });
}

RequestServer::~RequestServer() {
  loop_.Cancel(pause_);
  loop_.Unwatch(listener_.get());
  while (!connections_.empty()) Close(connections_.begin()->first);
}

void RequestServer::Accept() {
  Fd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd) {
    if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return;
    // No descriptor left: the connection stays in the queue; look again soon instead of spinning.
    loop_.Change(listener_.get(), 0);
    pause_ = loop_.At(std::chrono::steady_clock::now() + kPause,
                      [this] { loop_.Change(listener_.get(), EPOLLIN); });
    return;
  }
  if (connections_.size() >= limits_.connections) Close(connections_.begin()->first);
  const Id id = ++last_;
  Connection& connection = connections_[id];
  connection.fd = std::move(fd);
  connection.timer =
      loop_.At(std::chrono::steady_clock::now() + limits_.deadline, [this, id] { Close(id); });
  loop_.Watch(connection.fd.get(), EPOLLIN, [this, id](uint32_t) { On(id); });
}

void RequestServer::On(Id id) {
  Connection& connection = connections_.at(id);
  if (!connection.answered || connection.out.empty()) {
    Read(id, connection);
  } else {
    Write(id, connection);
  }
}

void RequestServer::Read(Id id, Connection& connection) {
  char buffer[4096];
  const ssize_t size = recv(connection.fd.get(), buffer, sizeof buffer, 0);
  if (size < 0 && TryLater()) return;
  if (size <= 0) return Close(id);
  if (connection.answered) {  // what the client still sends is read, lest closing resets our answer
    connection.discarded += size;
    if (connection.discarded > kDiscardBytes) Close(id);
    return;
  }
  connection.in.append(buffer, size);
  const size_t end = connection.in.find(limits_.end);
  const bool whole = end != std::string::npos && end + limits_.end.size() <= limits_.request_bytes;
  if (!whole && connection.in.size() <= limits_.request_bytes) return;
  connection.out =
      whole ? handler_(std::string_view(connection.in).substr(0, end + limits_.end.size()))
            : handler_(std::nullopt);
  connection.answered = true;
  Write(id, connection);
}

void RequestServer::Write(Id id, Connection& connection) {
  const ssize_t size =
      send(connection.fd.get(), connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
  if (size < 0 && !TryLater()) return Close(id);
  if (size > 0) connection.out.erase(0, size);
  if (connection.out.empty()) {
    shutdown(connection.fd.get(), SHUT_WR);
    loop_.Change(connection.fd.get(), EPOLLIN);
  } else {
    loop_.Change(connection.fd.get(), EPOLLOUT);
  }
}

void RequestServer::Close(Id id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  loop_.Cancel(found->second.timer);
  loop_.Unwatch(found->second.fd.get());
  connections_.erase(found);
}

}  // namespace host
