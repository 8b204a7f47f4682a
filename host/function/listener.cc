#include "host/function/listener.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

namespace host {
namespace {

int64_t NowS() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Listener::Listener(int epoll_fd, int fd, const Log& log) : epoll_fd_(epoll_fd), fd_(fd), log_(log) {
  Watch(EPOLL_CTL_ADD);
}

void Listener::Watch(int operation) const {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLEXCLUSIVE;
  event.data.fd = fd_;
  epoll_ctl(epoll_fd_, operation, fd_, &event);
}

int Listener::Accept() {
  const int fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd >= 0) return fd;
  const int error = errno;
  if (error != EMFILE && error != ENFILE && error != ENOBUFS && error != ENOMEM) return -1;
  Pause();
  const int64_t now = NowS();
  if (said_s_.exchange(now) != now) {
    log_.Error("cannot accept: raise the limit of open files", {{"error", std::strerror(error)}});
  }
  return -1;
}

void Listener::Pause() {
  const std::lock_guard lock(mutex_);
  if (closed_ || paused_.exchange(true)) return;
  Watch(EPOLL_CTL_DEL);
}

void Listener::Resume() {
  if (!paused_.load()) return;
  const std::lock_guard lock(mutex_);
  if (closed_ || !paused_.exchange(false)) return;
  Watch(EPOLL_CTL_ADD);
}

void Listener::Close() {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  closed_ = true;
  Watch(EPOLL_CTL_DEL);
  // Something must stay at the number, or the next file opened would get it while a thread still
  // accepts.
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) {
    dup3(nothing, fd_, O_CLOEXEC);
    close(nothing);
  }
}

}  // namespace host
