// Listener: a pool's listening socket as one worker sees it, watched in the worker's epoll.
//
// While no connection can be taken (no descriptor is left, or too many are open) it is not watched:
// connections wait in the socket, for other workers of the pool or for Resume. So a full worker
// costs nothing. Safe from several threads.
#pragma once

#include <atomic>
#include <mutex>

#include "host/base/log.h"

namespace host {

class Listener {
 public:
  // `fd` is non-blocking and stays the caller's; `epoll_fd` outlives the listener.
  Listener(int epoll_fd, int fd, const Log& log);

  int fd() const { return fd_; }
  // A new connection, blocking; -1 when none is there, or when none can be taken, which pauses.
  int Accept();
  void Pause();
  // Does nothing unless paused.
  void Resume();
  // For good. Only this process's copy of the socket is closed: the supervisor holds it open, and
  // new connections wait in it for other workers.
  void Close();

 private:
  void Watch(int operation) const;

  const int epoll_fd_;
  const int fd_;
  const Log& log_;
  std::mutex mutex_;
  std::atomic<bool> paused_{false};
  bool closed_ = false;
  std::atomic<int64_t> said_s_{0};  // when the log last heard that no descriptor is left
};

}  // namespace host
