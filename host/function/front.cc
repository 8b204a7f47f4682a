// The front thread of a worker: asleep while a thread is free (loop.h).

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "host/function/loop.h"

namespace host {
namespace {

using std::chrono::milliseconds;

// All threads are busy now and then, for less than that: no reason to hand requests from one thread
// to another. It also leaves new connections to other workers of the pool that have a free thread.
constexpr milliseconds kMoment{2};
constexpr milliseconds kHousekeeping{1000};

SteadyTime Now() { return std::chrono::steady_clock::now(); }

}  // namespace

void Loop::RunFront() {
  Seat seat(board_.thread(settings_.threads));
  const auto pause = std::min(kHousekeeping, settings_.partial_timeout);
  SteadyTime housekeeping = Now();
  while (!stopping_.load()) {
    if (Now() >= housekeeping) {
      KeepHouse(seat);
      housekeeping = Now() + pause;
    }
    if (!AllBusy()) {
      // Who became free meanwhile may have found the line empty and gone to sleep.
      if (line_.size() > 0) WakeThread();
      front_sleeps_.store(true);
      // Who took the last thread since has either seen that, or is seen here.
      if (!AllBusy()) Sleep(front_fd_, housekeeping);
      front_sleeps_.store(false);
      uint64_t calls = 0;
      [[maybe_unused]] const ssize_t got = read(front_fd_, &calls, sizeof calls);
      continue;
    }
    if (line_.size() == 0) Sleep(epoll_fd_, housekeeping);  // until something comes
    Sleep(-1, Now() + kMoment);
    if (!AllBusy()) continue;
    Gather(seat);
    GiveUpOld(seat);
  }
}

// Until `fd` is readable (-1: no matter what), all are to end, or the time has come.
void Loop::Sleep(int fd, SteadyTime until) const {
  const auto left = std::chrono::ceil<milliseconds>(until - Now()).count();
  std::array<pollfd, 2> waiting{pollfd{wake_fd_, POLLIN, 0}, pollfd{fd, POLLIN, 0}};
  if (left > 0) poll(waiting.data(), waiting.size(), static_cast<int>(left));
}

// Takes all that has come in the meantime.
void Loop::Gather(Seat& seat) {
  std::array<epoll_event, 64> events;
  for (int rounds = 0; rounds < 16; ++rounds) {
    const int count = epoll_wait(epoll_fd_, events.data(), events.size(), 0);
    if (count <= 0) return;
    for (const epoll_event& event : std::span(events).first(count)) {
      if (event.data.fd == wake_fd_) return;
      if (event.data.fd == thread_fd_) continue;
      if (event.data.fd == listener_.fd()) {
        Accept();
      } else {
        OnEvent(event.data.fd, (event.events & (EPOLLRDHUP | EPOLLHUP)) != 0, Choice::kAdmit, seat);
      }
    }
  }
}

void Loop::GiveUpOld(Seat& seat) {
  while (const auto old = line_.Take(Now() - admission_.most_wait())) {
    Own(*old, true, Choice::kShed, seat);
  }
}

// No thread has been free for at least so long: since the last one was given a request.
std::chrono::nanoseconds Loop::BusyFor(SteadyTime now) const {
  int64_t last = 0;
  for (int i = 0; i < settings_.threads; ++i) {
    const int64_t since = board_.thread(i).busy_since_ns();
    if (since == 0) return {};
    last = std::max(last, since);
  }
  return now.time_since_epoch() - std::chrono::nanoseconds(last);
}

void Loop::KeepHouse(Seat& seat) {
  board_.worker().alive_ns.store(Now().time_since_epoch().count(), std::memory_order_relaxed);
  listener_.Resume();  // descriptors may be there again
  const int64_t now = std::chrono::duration_cast<milliseconds>(Now().time_since_epoch()).count();
  for (size_t fd = 0; fd < slots_.size(); ++fd) {
    const int64_t since = slots_[fd].partial_ms.load();
    if (since != 0 && now - since >= settings_.partial_timeout.count())
      LookAtLate(static_cast<int>(fd), since, seat);
  }
  if (const int64_t shed = shed_.exchange(0); shed > 0)
    process_.log.Warning("too busy: requests answered 503", {{"requests", shed}});
}

// A connection that owed part of a request since then. No event tells of it, so it may be closed by
// now, and its number another's that is not in the epoll yet and must not be closed before.
void Loop::LookAtLate(int fd, int64_t since, Seat& seat) {
  Slot& slot = slots_[fd];
  uint32_t seen = 0;
  if (!slot.events.compare_exchange_strong(seen, 1, std::memory_order_acq_rel))
    return;  // somebody is at it
  const bool same = slot.joining.load() == 0 && slot.partial_ms.load() == since;
  seen = 1;
  if (same || !slot.events.compare_exchange_strong(seen, 0, std::memory_order_acq_rel))
    Own({fd, Now()}, false, Choice::kAdmit, seat);
}

}  // namespace host
