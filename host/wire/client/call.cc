#include "host/wire/client/call.h"

#include <fmt/format.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>

#include "host/wire/client/uwsgi.h"

namespace host::wire {
namespace {

using Clock = std::chrono::steady_clock;

// A connection with one deadline for everything. Throws std::runtime_error with a line for people.
class Peer {
 public:
  Peer(const std::string& path, std::chrono::milliseconds limit)
      : path_(path),
        limit_(limit),
        deadline_(Clock::now() + limit),
        fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) Throw("is too long for a socket's name");
    std::memcpy(address.sun_path, path.data(), path.size());
    while (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      if (errno == EAGAIN) {  // the queue is full; a Unix socket has no event for that
        if (Left() <= 0) Throw("its queue is full: all workers are busy");
        poll(nullptr, 0, 5);
      } else if (errno != EINTR) {
        ThrowConnect();
      }
    }
  }
  ~Peer() { close(fd_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // Sends all of it, reading meanwhile what comes: a peer may answer before it has read a body.
  void Send(std::string_view bytes) {
    while (!bytes.empty() && !ended_) {
      const short ready = Wait(POLLIN | POLLOUT);
      if ((ready & ~POLLOUT) != 0) Receive();
      if ((ready & POLLOUT) == 0) continue;
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent > 0) bytes.remove_prefix(sent);
      if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return;  // an answer may be there
      if (sent < 0 && errno != EAGAIN && errno != EINTR) Throw(std::strerror(errno));
    }
  }

  // The next `size` bytes, or nothing when the connection ends before.
  std::optional<std::string> Take(size_t size) {
    while (received_.size() - taken_ < size) {
      if (ended_) return std::nullopt;
      Wait(POLLIN);
      Receive();
    }
    std::string out = received_.substr(taken_, size);
    taken_ += size;
    if (taken_ > (1 << 20)) {
      received_.erase(0, taken_);
      taken_ = 0;
    }
    return out;
  }

  std::string TakeAll() {
    while (!ended_) {
      Wait(POLLIN);
      Receive();
      if (received_.size() > kMaxAnswerBytes) ThrowTooLong();
    }
    return std::move(received_);
  }

  [[noreturn]] void Throw(const std::string& why) const {
    throw std::runtime_error(path_ + ": " + why);
  }
  [[noreturn]] void ThrowTooLong() const {
    Throw(fmt::format("the answer is longer than {} MiB", kMaxAnswerBytes >> 20));
  }

 private:
  int Left() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    return left.count() > 0 ? static_cast<int>(left.count()) : 0;
  }

  short Wait(short events) const {
    pollfd waiting{fd_, events, 0};
    while (true) {
      const int left = Left();
      const int ready = poll(&waiting, 1, left);
      if (ready > 0) return waiting.revents;
      if (ready == 0 && left == 0) {
        Throw(
            fmt::format("no answer in {} ms; the function is stuck or overloaded (--timeout N "
                        "waits longer)",
                        limit_.count()));
      }
    }
  }

  void Receive() {
    char buffer[65536];
    const ssize_t size = recv(fd_, buffer, sizeof buffer, 0);
    if (size > 0) received_.append(buffer, size);
    if (size == 0 || (size < 0 && errno == ECONNRESET)) ended_ = true;
    if (size < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNRESET) {
      Throw(std::strerror(errno));
    }
  }

  [[noreturn]] void ThrowConnect() const {
    std::string why = std::strerror(errno);
    if (errno == ENOENT || errno == ECONNREFUSED) why += "; the function does not run";
    if (errno == EACCES) why += "; call it as the user that runs the host";
    Throw(why);
  }

  const std::string path_;
  const std::chrono::milliseconds limit_;
  const Clock::time_point deadline_;
  const int fd_;
  std::string received_;
  size_t taken_ = 0;
  bool ended_ = false;
};

struct Streams {
  std::string out;
  std::string errors;
};

Streams ReadFastcgi(Peer& peer) {
  enum { kEnd = 3, kOut = 6, kErr = 7 };
  Streams streams;
  for (;;) {
    const auto head = peer.Take(8);
    const auto byte = [&](int at) { return static_cast<unsigned char>((*head)[at]); };
    if (head && byte(0) != 1) peer.Throw("what answers there does not speak FastCGI");
    const auto content = head ? peer.Take(byte(4) << 8 | byte(5)) : std::nullopt;
    if (!content || !peer.Take(byte(6))) {
      peer.Throw(
          "the connection ended in the middle of the answer; the worker died, or does not "
          "speak FastCGI: see its log");
    }
    if (byte(1) == kOut) streams.out += *content;
    if (byte(1) == kErr) streams.errors += *content;
    if (streams.out.size() + streams.errors.size() > kMaxAnswerBytes) peer.ThrowTooLong();
    if (byte(1) != kEnd) continue;
    if (content->size() >= 5 && (*content)[4] != 0 && streams.out.empty()) {
      peer.Throw(fmt::format("the function refused the request (FastCGI protocol status {})",
                             static_cast<int>((*content)[4])));
    }
    return streams;
  }
}

// uwsgi ends an answer by closing: only its Content-Length tells a whole one from half of one.
bool Whole(const CgiAnswer& answer) {
  for (const auto& [name, value] : answer.headers) {
    if (strcasecmp(name.c_str(), "Content-Length") != 0) continue;
    size_t length = 0;
    std::from_chars(value.data(), value.data() + value.size(), length);
    return answer.body.size() >= length;
  }
  return true;
}

Streams Ask(Peer& peer, Protocol protocol, const Pairs& parameters, std::string_view body) {
  if (protocol == Protocol::kFastcgi) {
    peer.Send(FastcgiRequest(parameters, body, false));
    return ReadFastcgi(peer);
  }
  if (UwsgiPairs(parameters).size() > 65000) peer.Throw("uwsgi takes 64 KB of parameters at most");
  peer.Send(UwsgiRequest(parameters, body));
  Streams streams{.out = peer.TakeAll(), .errors = ""};
  if (streams.out.empty()) {
    peer.Throw(
        "the connection ended without an answer; the worker died, or does not speak uwsgi: "
        "see its log");
  }
  return streams;
}

}  // namespace

std::expected<CallAnswer, std::string> CallFunction(const std::string& socket, Protocol protocol,
                                                    const Pairs& parameters, std::string_view body,
                                                    std::chrono::milliseconds limit) {
  try {
    Peer peer(socket, limit);
    Streams streams = Ask(peer, protocol, parameters, body);
    auto answer = ParseCgi(std::move(streams.out));
    if (!answer) peer.Throw(answer.error());
    const bool head =
        std::ranges::find(parameters, std::pair{std::string("REQUEST_METHOD"),
                                                std::string("HEAD")}) != parameters.end();
    if (protocol == Protocol::kUwsgi && !head && !Whole(*answer)) {
      peer.Throw("the connection ended in the middle of the answer; the worker died: see its log");
    }
    return CallAnswer{*std::move(answer), std::move(streams.errors)};
  } catch (const std::runtime_error& fault) {
    return std::unexpected(fault.what());
  }
}

}  // namespace host::wire
