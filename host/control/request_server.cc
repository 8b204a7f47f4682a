#include "host/control/request_server.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "host/supervisor/descriptors.h"

namespace host {
namespace {

constexpr std::chrono::milliseconds kPause{100};
constexpr size_t kDiscardBytes = 65536;

bool TryLater() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

struct Reply::State {
  explicit State(std::function<void(std::optional<std::string>)> s) : send(std::move(s)) {}
  ~State() {
    if (send) send(std::nullopt);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  std::function<void(std::optional<std::string>)> send;  // empty once called
};

Reply::Reply(std::function<void(std::optional<std::string>)> send)
    : state_(std::make_shared<State>(std::move(send))) {}

void Reply::operator()(std::string text) const {
  if (const auto send = std::exchange(state_->send, nullptr)) send(std::move(text));
}

RequestServer::RequestServer(EventLoop& loop, Fd listener, RequestLimits limits, Handler handler)
    : loop_(loop),
      listener_(std::move(listener)),
      limits_(std::move(limits)),
      handler_(std::move(handler)),
      self_(std::make_shared<RequestServer*>(this)) {
  fcntl(listener_.get(), F_SETFL, fcntl(listener_.get(), F_GETFL) | O_NONBLOCK);
  loop_.Watch(listener_.get(), EPOLLIN, [this](uint32_t) { Accept(); });
}

RequestServer::~RequestServer() {
  *self_ = nullptr;
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
  MakeRoom();
  const Id id = ++last_;
  Connection& connection = connections_[id];
  connection.fd = std::move(fd);
  SetDeadline(id, connection, limits_.deadline);
  loop_.Watch(connection.fd.get(), EPOLLIN, [this, id](uint32_t) { On(id); });
}

void RequestServer::MakeRoom() {
  if (connections_.size() < limits_.connections) return;
  const auto oldest = std::ranges::find_if(
      connections_, [](const auto& each) { return each.second.state != State::kWaiting; });
  Close(oldest != connections_.end() ? oldest->first : connections_.begin()->first);
}

void RequestServer::SetDeadline(Id id, Connection& connection, std::chrono::milliseconds wait) {
  loop_.Cancel(connection.timer);
  connection.timer = loop_.At(std::chrono::steady_clock::now() + wait, [this, id] { Close(id); });
}

void RequestServer::On(Id id) {
  Connection& connection = connections_.at(id);
  switch (connection.state) {
    case State::kReading:
      return Read(id, connection);
    case State::kWaiting:  // watched for nothing, so this is the client hanging up
      return Close(id);
    case State::kWriting:
      return Write(id, connection);
    case State::kClosing:
      return Discard(id, connection);
  }
}

void RequestServer::Read(Id id, Connection& connection) {
  char buffer[16384];
  const ssize_t size = ReceiveFds(connection.fd.get(), buffer, connection.fds, limits_.fds);
  if (size < 0 && TryLater()) return;
  if (size <= 0) return Close(id);
  // The end may have begun with what was there before.
  const size_t from = connection.in.size() - std::min(connection.in.size(), limits_.end.size());
  connection.in.append(buffer, size);
  const size_t end = connection.in.find(limits_.end, from);
  const bool whole = end != std::string::npos && end + limits_.end.size() <= limits_.request_bytes;
  if (whole || connection.in.size() > limits_.request_bytes) {
    Handle(id, connection, whole, end + limits_.end.size());
  }
}

void RequestServer::Handle(Id id, Connection& connection, bool whole, size_t size) {
  connection.state = State::kWaiting;
  loop_.Change(connection.fd.get(), 0);
  SetDeadline(id, connection, limits_.answer_deadline);
  // Out of the connection, which the handler's answer may close.
  const std::string in = std::exchange(connection.in, {});
  Incoming incoming{.text = std::nullopt, .fds = std::exchange(connection.fds, {})};
  if (whole) incoming.text = std::string_view(in).substr(0, size);
  const Reply reply([self = self_, id](std::optional<std::string> text) {
    if (*self == nullptr) return;
    if (text) {
      (*self)->Answer(id, *std::move(text));
    } else {
      (*self)->Close(id);
    }
  });
  handler_(std::move(incoming), reply);
}

void RequestServer::Answer(Id id, std::string text) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  found->second.state = State::kWriting;
  found->second.out = std::move(text);
  Write(id, found->second);
}

void RequestServer::Write(Id id, Connection& connection) {
  const ssize_t size =
      send(connection.fd.get(), connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
  if (size < 0 && !TryLater()) return Close(id);
  if (size > 0) connection.out.erase(0, size);
  if (connection.out.empty()) {
    connection.state = State::kClosing;
    shutdown(connection.fd.get(), SHUT_WR);
    loop_.Change(connection.fd.get(), EPOLLIN);
  } else {
    loop_.Change(connection.fd.get(), EPOLLOUT);
  }
}

// What the client still sends is read, lest closing resets our answer.
void RequestServer::Discard(Id id, Connection& connection) {
  char buffer[16384];
  const ssize_t size = recv(connection.fd.get(), buffer, sizeof buffer, 0);
  if (size < 0 && TryLater()) return;
  if (size > 0) connection.discarded += size;
  if (size <= 0 || connection.discarded > kDiscardBytes) Close(id);
}

void RequestServer::Close(Id id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  loop_.Cancel(found->second.timer);
  loop_.Unwatch(found->second.fd.get());
  connections_.erase(found);
}

}  // namespace host
