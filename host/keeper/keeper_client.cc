#include "host/keeper/keeper_client.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "host/keeper/start.h"
#include "host/supervisor/descriptors.h"

namespace host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{30'000};
constexpr milliseconds kSettled{10'000};  // a keeper that lived so long is replaced at once
constexpr milliseconds kAskAgain{5};

bool TryLater() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

bool WaitFor(int fd, SteadyTime until) {
  pollfd watched{.fd = fd, .events = POLLIN, .revents = 0};
  const auto wait = std::chrono::ceil<milliseconds>(until - steady_clock::now()).count();
  return poll(&watched, 1, static_cast<int>(std::max<int64_t>(wait, 0))) > 0;
}

// The process that listens where we are connected.
pid_t PeerOf(int socket) {
  ucred peer{.pid = -1, .uid = 0, .gid = 0};
  socklen_t size = sizeof peer;
  getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size);
  return peer.pid;
}

}  // namespace

KeeperClient::KeeperClient(EventLoop& loop, const Log& log, const std::string& run_dir,
                           KeeperSettings settings)
    : loop_(loop),
      log_(log),
      path_(run_dir + "/keeper.sock"),
      settings_(std::move(settings)),
      started_(steady_clock::now()) {}

std::expected<std::unique_ptr<KeeperClient>, std::string> KeeperClient::Open(
    EventLoop& loop, const Log& log, const std::string& run_dir, KeeperSettings settings) {
  std::unique_ptr<KeeperClient> client(new KeeperClient(loop, log, run_dir, std::move(settings)));
  const auto taken = client->Take();
  if (!taken) return std::unexpected(taken.error());
  if (!*taken) {
    if (const auto started = client->Start(); !started) return std::unexpected(started.error());
    std::vector<Fd> none;
    const auto hello = client->Receive(none);
    if (!hello) return std::unexpected(hello.error());
    if (hello->letter != keeper::kHello) {
      client->Reap();
      return std::unexpected(client->settings_.program + ": ended at once as a keeper");
    }
  }
  client->Serve();
  return client;
}

KeeperClient::~KeeperClient() {
  loop_.Cancel(timer_);
  if (socket_) loop_.Unwatch(socket_.get());
}

std::expected<bool, std::string> KeeperClient::Take() {
  const auto until = steady_clock::now() + settings_.patience;
  for (;; poll(nullptr, 0, static_cast<int>(kAskAgain.count()))) {
    auto socket = keeper::Connect(path_);
    if (!socket && (socket.error() == ENOENT || socket.error() == ECONNREFUSED)) return false;
    if (!socket) {
      return std::unexpected(fmt::format("{}: {}", path_, std::strerror(socket.error())));
    }
    socket_ = *std::move(socket);
    pid_ = PeerOf(socket_.get());
    std::vector<Fd> none;
    const auto hello = Receive(none);
    if (!hello) return std::unexpected(hello.error());
    if (hello->letter == keeper::kHello) {
      // We may be connected since before it was itself.
      if (hello->text != std::to_string(pid_)) pid_ = -1;
      break;
    }
    // An owner that was killed may still hold its connection for a moment: its lock went first. Or
    // the keeper is just ending.
    if (steady_clock::now() < until) continue;
    return std::unexpected(
        fmt::format("{}: in use by another fnhost (process {})", path_, hello->key));
  }
  return TakeEntries();
}

std::expected<bool, std::string> KeeperClient::TakeEntries() {
  SendFds(socket_.get(), keeper::Render({.letter = keeper::kList, .key = "", .text = ""}), {});
  for (;;) {
    std::vector<Fd> fds;
    auto packet = Receive(fds);
    if (!packet) return std::unexpected(packet.error());
    if (packet->letter == keeper::kDone) return true;
    if (packet->letter == 0) return std::unexpected(path_ + ": the keeper ended; start again");
    if (packet->letter != keeper::kEntry) continue;
    if (fds.size() != 1) {
      log_.Error("what the keeper has cannot be taken: this process may open no more",
                 {{"key", packet->key}});
      continue;
    }
    kept_.push_back({.key = std::move(packet->key),
                     .metadata = std::move(packet->text),
                     .fd = std::move(fds[0])});
  }
}

std::expected<void, std::string> KeeperClient::Start() {
  auto started = keeper::Start(path_, settings_.program);
  if (!started) return std::unexpected(started.error());
  socket_ = std::move(started->socket);
  pid_ = started->pid;
  child_ = true;
  started_ = steady_clock::now();
  return {};
}

// The next packet, waited for; letter 0 when the keeper has hung up.
std::expected<keeper::Packet, std::string> KeeperClient::Receive(std::vector<Fd>& fds) {
  const auto fault = [this](const char* what) {
    const auto line = fmt::format("{}: the keeper (process {}) {}", path_, pid_, what);
    Reap();
    return std::unexpected(line);
  };
  if (!WaitFor(socket_.get(), steady_clock::now() + settings_.patience)) {
    return fault("does not answer; end it (kill -9) and start again");
  }
  char buffer[keeper::kPacketBytes + 1];
  const ssize_t size = ReceiveFds(socket_.get(), buffer, fds, 1);
  if (size <= 0) return keeper::Packet();
  auto packet = keeper::Parse({buffer, static_cast<size_t>(size)});
  if (!packet) return fault("says what this version does not understand");
  if (packet->letter == keeper::kHello && packet->key != keeper::kVersion) {
    return fault("is of another version; stop that one's host first");
  }
  return *std::move(packet);
}

void KeeperClient::Serve() {
  loop_.Watch(socket_.get(), EPOLLIN, [this](uint32_t events) { On(events); });
}

void KeeperClient::On(uint32_t events) {
  if ((events & EPOLLOUT) != 0) Flush();
  char buffer[keeper::kPacketBytes + 1];
  std::vector<Fd> fds;
  const ssize_t size = ReceiveFds(socket_.get(), buffer, fds, 0);
  if (size < 0 && TryLater()) return;
  if (size <= 0) return Lost();
  const auto packet = keeper::Parse({buffer, static_cast<size_t>(size)});
  if (packet && packet->letter == keeper::kFault) {
    log_.Error("the keeper cannot keep a descriptor: it would be lost with this process",
               {{"key", packet->key}, {"error", packet->text}});
  }
}

void KeeperClient::Put(const std::string& key, const std::string& metadata, int fd) {
  if (key.empty() || !keeper::IsKey(key) || metadata.size() > keeper::kTextBytes) {
    throw std::invalid_argument("keeper: bad key or metadata: " + key);
  }
  auto copy = std::make_shared<const Fd>(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!*copy) {
    log_.Error("cannot keep a descriptor: it would be lost with this process",
               {{"key", key}, {"error", std::strerror(errno)}});
    return;
  }
  entries_[key] = {.metadata = metadata, .fd = copy};
  Send({.packet = keeper::Render({.letter = keeper::kPut, .key = key, .text = metadata}),
        .fd = std::move(copy)});
}

void KeeperClient::Drop(const std::string& key) {
  entries_.erase(key);
  Send({.packet = keeper::Render({.letter = keeper::kDrop, .key = key, .text = ""}), .fd = {}});
}

void KeeperClient::Send(Outgoing outgoing) {
  if (!socket_) return;  // the next keeper gets all entries
  outgoing_.push_back(std::move(outgoing));
  if (outgoing_.size() == 1) Flush();
}

void KeeperClient::Flush() {
  while (!outgoing_.empty()) {
    const Outgoing& next = outgoing_.front();
    std::vector<int> fds;
    if (next.fd) fds.push_back(next.fd->get());
    if (SendFds(socket_.get(), next.packet, fds) < 0) {
      if (TryLater() || errno == EPIPE || errno == ECONNRESET) {  // gone: the loop tells
        loop_.Change(socket_.get(), EPOLLIN | EPOLLOUT);
        return;
      }
      log_.Error("cannot send a descriptor to the keeper", {{"error", std::strerror(errno)}});
    }
    outgoing_.pop_front();
  }
  loop_.Change(socket_.get(), EPOLLIN);
}

void KeeperClient::Lost() {
  log_.Warning("the keeper of the sockets ended; starting another",
               {{"pid", static_cast<int64_t>(pid_)}});
  loop_.Unwatch(socket_.get());
  outgoing_.clear();
  Reap();
  if (steady_clock::now() - started_ > kSettled) {
    pause_ = milliseconds(0);
  } else {
    pause_ = std::clamp(pause_ * 2, kFirstPause, kLongestPause);
  }
  timer_ = loop_.At(steady_clock::now() + pause_, [this] { Restart(); });
}

void KeeperClient::Restart() {
  if (const auto started = Start(); !started) {
    log_.Error(started.error());
    pause_ = std::clamp(pause_ * 2, kFirstPause, kLongestPause);
    timer_ = loop_.At(steady_clock::now() + pause_, [this] { Restart(); });
    return;
  }
  Serve();
  for (const auto& [key, entry] : entries_) {
    Send({.packet = keeper::Render({.letter = keeper::kPut, .key = key, .text = entry.metadata}),
          .fd = entry.fd});
  }
}

// A keeper that nobody can talk to is of no use: it goes, and leaves no zombie.
void KeeperClient::Reap() {
  socket_.Close();
  if (std::exchange(child_, false)) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  pid_ = -1;
}

void KeeperClient::End() {
  loop_.Cancel(timer_);
  if (!socket_) return;
  loop_.Unwatch(socket_.get());
  outgoing_.clear();
  const auto until = steady_clock::now() + settings_.patience;
  const std::string packet = keeper::Render({.letter = keeper::kEnd, .key = "", .text = ""});
  while (SendFds(socket_.get(), packet, {}) < 0 && TryLater() && steady_clock::now() < until) {
    poll(nullptr, 0, static_cast<int>(kAskAgain.count()));
  }
  // What it still says is read away; a hang-up means that it has removed its socket.
  char buffer[keeper::kPacketBytes + 1];
  bool ended = false;
  while (!ended && WaitFor(socket_.get(), until)) {
    const ssize_t size = recv(socket_.get(), buffer, sizeof buffer, 0);
    ended = size == 0 || (size < 0 && !TryLater());
  }
  if (!ended) {
    log_.Error("the keeper hangs; killing it", {{"pid", static_cast<int64_t>(pid_)}});
    if (pid_ > 0) kill(pid_, SIGKILL);
    unlink(path_.c_str());
  }
  Reap();
}

}  // namespace host
