#include "host/supervisor/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>

namespace host {
namespace {

[[noreturn]] void Throw(const char* what) {
  throw std::system_error(errno, std::system_category(), what);
}

}  // namespace

EventLoop::EventLoop()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!epoll_) Throw("epoll_create1");
  if (!wake_) Throw("eventfd");
  Watch(wake_.get(), EPOLLIN, [this](uint32_t) { RunPosted(); });
}

void EventLoop::Watch(int fd, uint32_t events, Callback callback) {
  const uint64_t token = ++last_;
  epoll_event event{.events = events, .data = {.u64 = token}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) Throw("epoll_ctl");
  watched_[fd] = {token, std::make_shared<Callback>(std::move(callback))};
  fds_[token] = fd;
}

void EventLoop::Change(int fd, uint32_t events) {
  const auto found = watched_.find(fd);
  if (found == watched_.end()) return;
  epoll_event event{.events = events, .data = {.u64 = found->second.token}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) != 0) Throw("epoll_ctl");
}

void EventLoop::Unwatch(int fd) {
  const auto found = watched_.find(fd);
  if (found == watched_.end()) return;
  fds_.erase(found->second.token);
  watched_.erase(found);
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

EventLoop::TimerId EventLoop::At(SteadyTime time, std::function<void()> callback) {
  const TimerId id = ++last_;
  timers_.emplace(std::pair(time, id), std::move(callback));
  times_[id] = time;
  return id;
}

void EventLoop::Cancel(TimerId timer) {
  const auto found = times_.find(timer);
  if (found == times_.end()) return;
  timers_.erase({found->second, timer});
  times_.erase(found);
}

void EventLoop::Post(std::move_only_function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(callback));
  }
  eventfd_write(wake_.get(), 1);
}

void EventLoop::Run() {
  while (!quit_) {
    epoll_event events[64];
    const int count = epoll_wait(epoll_.get(), events, 64, WaitMs());
    if (count < 0 && errno != EINTR) Throw("epoll_wait");
    for (int i = 0; i < count && !quit_; ++i) {
      const auto fd = fds_.find(events[i].data.u64);
      if (fd == fds_.end()) continue;
      const auto callback = watched_.at(fd->second).callback;  // outlives its own Unwatch
      (*callback)(events[i].events);
    }
    RunTimers();
  }
}

int EventLoop::WaitMs() const {
  if (timers_.empty()) return -1;
  const auto wait = timers_.begin()->first.first - std::chrono::steady_clock::now();
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  return static_cast<int>(std::clamp<int64_t>(ms, 0, 60'000));
}

// Timers set by the callbacks wait for the next round, so that none can keep the loop from its
// descriptors.
void EventLoop::RunTimers() {
  const auto now = std::chrono::steady_clock::now();
  const TimerId newest = last_;
  for (auto it = timers_.begin(); it != timers_.end() && it->first.first <= now && !quit_;
       it = timers_.begin()) {
    if (it->first.second > newest) break;
    const auto callback = std::move(it->second);
    times_.erase(it->first.second);
    timers_.erase(it);
    callback();
  }
}

// What these callbacks post waits for the next round, as timers do.
void EventLoop::RunPosted() {
  eventfd_t ignored = 0;
  eventfd_read(wake_.get(), &ignored);
  std::vector<std::move_only_function<void()>> posted;
  {
    const std::lock_guard lock(mutex_);
    posted.swap(posted_);
  }
  for (auto it = posted.begin(); it != posted.end() && !quit_; ++it) (*it)();
}

}  // namespace host
