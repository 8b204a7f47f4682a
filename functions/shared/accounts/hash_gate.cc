#include "functions/shared/accounts/hash_gate.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "host/base/unavailable.h"

namespace accounts {
namespace {

// flock cannot wait for one of several files, nor until a time: so it is asked again. A hash takes
// twenty times as long.
constexpr std::chrono::milliseconds kAskAgain{5};

host::Unavailable TooMany() { return host::Unavailable("too many log-ins at once", 2); }

}  // namespace

int HashGate::Enter(host::SteadyTime deadline) {
  std::unique_lock lock(mutex_);
  const auto may_enter = [this] { return free_ > 0 && !locking_; };
  if (!may_enter()) {
    if (waiting_ >= most_waiting_) throw TooMany();
    ++waiting_;
    const bool entered = changed_.wait_until(lock, deadline, may_enter);
    --waiting_;
    if (!entered) throw TooMany();
  }
  --free_;
  if (folder_.empty()) return -1;
  locking_ = true;
  lock.unlock();
  try {
    const int file = LockOne(deadline);
    lock.lock();
    locking_ = false;
    changed_.notify_all();
    return file;
  } catch (...) {
    lock.lock();
    locking_ = false;
    ++free_;
    changed_.notify_all();
    throw;
  }
}

void HashGate::Leave(int lock) {
  if (lock >= 0) close(lock);
  {
    const std::lock_guard guard(mutex_);
    ++free_;
  }
  changed_.notify_all();
}

int HashGate::LockOne(host::SteadyTime deadline) const {
  for (;;) {
    for (int i = 0; i < places_; ++i) {
      const std::string path = folder_ + "/hash-" + std::to_string(i) + ".lock";
      // Opened anew each time: a lock belongs to the opening, so our own threads exclude each
      // other.
      const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
      if (file < 0) return -1;
      if (flock(file, LOCK_EX | LOCK_NB) == 0) return file;
      close(file);
    }
    if (std::chrono::steady_clock::now() + kAskAgain > deadline) throw TooMany();
    std::this_thread::sleep_for(kAskAgain);
  }
}

}  // namespace accounts
