#include "host/keeper/keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "host/base/log.h"
#include "host/keeper/packet.h"
#include "host/supervisor/descriptors.h"
#include "host/supervisor/fd.h"

namespace host {
namespace {

using keeper::Packet;

constexpr int kListener = 0;
constexpr int kBacklog = 16;
constexpr int kLookAroundMs = 1000;

bool TryLater() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

Fd TakeSignals() {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGINT, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

class Keeper {
 public:
  explicit Keeper(std::string path) : path_(std::move(path)), inode_(Inode()) {}

  void Run() {
    const Fd term = TakeSignals();
    while (!ended_) {
      pollfd watched[] = {
          {.fd = term.get(), .events = POLLIN, .revents = 0},
          {.fd = owner_.get(),
           .events = static_cast<int16_t>(listing_.empty() ? POLLIN : POLLIN | POLLOUT),
           .revents = 0},
          {.fd = kListener, .events = POLLIN, .revents = 0}};
      // Without an owner it looks around from time to time.
      if (poll(watched, 3, owner_ ? -1 : kLookAroundMs) < 0 && errno != EINTR) break;
      if (watched[0].revents != 0) break;
      if (watched[1].revents != 0) {
        if (!listing_.empty()) List();
        ReadSome();
      }
      if (watched[2].revents != 0) Accept();
      if (!owner_ && Inode() != inode_) return;  // nobody can find it
    }
    if (Inode() == inode_) unlink(path_.c_str());
  }

 private:
  struct Entry {
    std::string text;
    Fd fd;
  };

  // Of what stands at our path; 0 when nothing does.
  ino_t Inode() const {
    struct stat file{};
    return lstat(path_.c_str(), &file) == 0 ? file.st_ino : 0;
  }

  void Accept() {
    Fd fd(accept4(kListener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) return;
    ucred peer{};
    socklen_t size = sizeof peer;
    getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size);
    if (peer.uid != geteuid() && peer.uid != 0) return Complain("a stranger connected");
    ReadSome();  // it may have died just now
    if (owner_) {
      Send(fd, {.letter = keeper::kBusy, .key = std::to_string(owner_pid_), .text = ""});
      return;
    }
    owner_ = std::move(fd);
    owner_pid_ = peer.pid;
    Send(owner_,
         {.letter = keeper::kHello, .key = keeper::kVersion, .text = std::to_string(getpid())});
  }

  // A flood leaves room for signals and others between.
  void ReadSome() {
    for (int i = 0; i < 256 && owner_ && !ended_ && Read(); ++i) continue;
  }

  // Takes one packet of the owner's; false when there is none.
  bool Read() {
    char buffer[keeper::kPacketBytes + 1];  // one more, to know a packet that is too long
    std::vector<Fd> fds;
    const ssize_t size = ReceiveFds(owner_.get(), buffer, fds, 2);
    if (size < 0 && TryLater()) return false;
    // It died before it had read all from us; what it had sent stands behind this error.
    if (size < 0 && errno == ECONNRESET) return true;
    if (size <= 0) {
      owner_.Close();
      listing_.clear();
      return false;
    }
    if (auto packet = keeper::Parse({buffer, static_cast<size_t>(size)})) {
      Do(*std::move(packet), std::move(fds));
    } else {
      Complain("the supervisor sent what is no packet");
    }
    return true;
  }

  void Do(Packet packet, std::vector<Fd> fds) {
    switch (packet.letter) {
      case keeper::kPut:
        return Put(std::move(packet), std::move(fds));
      case keeper::kDrop:
        entries_.erase(packet.key);
        return;
      case keeper::kList:
        listing_.clear();
        for (const auto& [key, entry] : entries_) listing_.push_back(key);
        listing_.emplace_back();  // the end
        return List();
      case keeper::kEnd:
        ended_ = true;
        return;
      default:
        return;
    }
  }

  void Put(Packet packet, std::vector<Fd> fds) {
    const char* fault = nullptr;
    if (packet.key.empty() || fds.size() > 1) {
      fault = "it needs a key and one descriptor";
    } else if (fds.empty()) {
      fault = "no descriptor came with it, or this process may open no more";
    } else if (entries_.size() >= keeper::kMostEntries && !entries_.contains(packet.key)) {
      fault = "there are too many";
    }
    if (fault != nullptr) {
      Send(owner_, {.letter = keeper::kFault, .key = packet.key, .text = fault});
      return;
    }
    entries_[packet.key] = {.text = std::move(packet.text), .fd = std::move(fds[0])};
  }

  // Sends of the list what the owner takes at the moment.
  void List() {
    while (!listing_.empty()) {
      const std::string& key = listing_.front();
      const auto found = entries_.find(key);
      bool sent = true;
      if (key.empty()) {
        sent = Send(owner_, {.letter = keeper::kDone, .key = "", .text = ""});
      } else if (found != entries_.end()) {
        sent = Send(owner_, {.letter = keeper::kEntry, .key = key, .text = found->second.text},
                    {found->second.fd.get()});
      }
      if (!sent && TryLater()) return;
      listing_.pop_front();
    }
  }

  static bool Send(const Fd& to, const Packet& packet, const std::vector<int>& fds = {}) {
    return SendFds(to.get(), keeper::Render(packet), fds, MSG_DONTWAIT) > 0;
  }

  // Once: who sends rubbish may send much of it.
  void Complain(const char* what) {
    if (!std::exchange(complained_, true)) log_.Warning(what, {{"keeper", path_}});
  }

  const std::string path_;
  const ino_t inode_;
  const Log log_;
  std::map<std::string, Entry> entries_;
  Fd owner_;
  pid_t owner_pid_ = 0;
  std::deque<std::string> listing_;  // keys still to be said; "" for the end
  bool ended_ = false;
  bool complained_ = false;
};

}  // namespace

int RunKeeper(const std::string& path) {
  prctl(PR_SET_NAME, "fnhost-keep");
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  fcntl(kListener, F_SETFL, fcntl(kListener, F_GETFL) | O_NONBLOCK);
  // Again, in this process: SO_PEERCRED then names it to who connects.
  if (listen(kListener, kBacklog) != 0) {
    Log().Error("keep: descriptor 0 is no listening socket; `fnhost run` starts this by itself");
    return 1;
  }
  if (chdir("/") != 0) return 1;
  Keeper(path).Run();
  return 0;
}

}  // namespace host
