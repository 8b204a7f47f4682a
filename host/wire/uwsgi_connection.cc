#include "host/wire/uwsgi_connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "host/wire/socket.h"
#include "host/wire/uwsgi_check.h"

namespace host::wire {
namespace {

// What came, at most `size` bytes; 0 or less when the peer is gone or too slow.
ssize_t Receive(int fd, char* into, size_t size) {
  for (;;) {
    const ssize_t got = recv(fd, into, size, 0);
    if (got >= 0 || errno != EINTR) return got;
  }
}

bool SendAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

std::string RequestId(const std::vector<std::string_view>& pairs) {
  constexpr std::string_view kName = "REQUEST_ID=";
  const auto found =
      std::ranges::find_if(pairs, [&](std::string_view pair) { return pair.starts_with(kName); });
  return found == pairs.end() ? "" : std::string(found->substr(kName.size()));
}

}  // namespace

void UwsgiConnection::Open(int fd, int io_timeout_ms) {
  fd_ = fd;
  discards_ = false;
  SetTimeouts(fd, io_timeout_ms);
}

void UwsgiConnection::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

Connection::State UwsgiConnection::Look(std::span<char> scratch, bool ask_if_gone) {
  if (discards_) {
    if (Discard(fd_)) return State::kPartial;
    Close();
    return State::kClosed;
  }
  const ssize_t size = Peek(fd_, scratch);
  if (size < 0) return State::kPartial;
  const UwsgiCheck check =
      CheckUwsgi({scratch.data(), static_cast<size_t>(std::max<ssize_t>(size, 0))});
  const bool waits = check.verdict == Verdict::kMore;
  const bool gone = size == 0 || ((waits || ask_if_gone) && PeerIsGone(fd_));
  if (gone || check.verdict == Verdict::kRefuse) {
    Close();
    return State::kClosed;
  }
  if (waits) return State::kPartial;
  head_bytes_ = check.head_bytes;
  return check.verdict == Verdict::kTooLarge ? State::kTooLarge : State::kRequest;
}

std::optional<Connection::Incoming> UwsgiConnection::ReadHead() {
  std::string packet(head_bytes_, '\0');
  // Peeked before, so there already.
  if (recv(fd_, packet.data(), packet.size(), MSG_DONTWAIT) !=
      static_cast<ssize_t>(packet.size())) {
    Close();
    return std::nullopt;
  }
  const auto pairs = UwsgiPairs(packet);
  return Incoming{wire::ReadHead(pairs), {}, RequestId(pairs)};
}

std::optional<Connection::Incoming> UwsgiConnection::Drop() {
  discards_ = true;
  return ReadHead();
}

std::optional<Connection::Incoming> UwsgiConnection::Read(long body_limit, SteadyTime deadline) {
  auto incoming = ReadHead();
  if (!incoming) return std::nullopt;
  if (!incoming->head) {
    Discard(fd_);  // so that closing does not reset the connection before the answer is read
    return incoming;
  }
  const long claimed = incoming->head->content_length;
  const bool fits = claimed <= body_limit;
  if (fits) incoming->body.resize(static_cast<size_t>(claimed));
  const long wanted = std::min(claimed, body_limit + kMaxDiscardBytes);
  char thrown_away[16384];
  long total = 0;
  while (total < wanted && (total == 0 || std::chrono::steady_clock::now() <= deadline)) {
    const auto left = static_cast<size_t>(wanted - total);
    const ssize_t got = fits ? Receive(fd_, incoming->body.data() + total, left)
                             : Receive(fd_, thrown_away, std::min(left, sizeof thrown_away));
    if (got <= 0) {
      Close();
      return std::nullopt;
    }
    total += got;
  }
  if (auto problem = CheckBody(claimed, total, body_limit)) {
    incoming->head = std::unexpected(*std::move(problem));
  }
  return incoming;
}

void UwsgiConnection::Refuse(const std::string& text) {
  Discard(fd_);
  SendNow(fd_, text);
  Close();
}

void UwsgiConnection::Answer(const std::string& text, bool /*keep*/) {
  // A peer that left halfway is not told apart: its connection closes either way.
  const bool sent = SendAll(fd_, text);
  if (sent && discards_)
    shutdown(fd_, SHUT_WR);
  else
    Close();
}

}  // namespace host::wire
