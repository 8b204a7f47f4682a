#include "host/function/loop.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace host {
namespace {

// Descriptors that are not connections: standard ones, epoll, database connections, files being
// read.
constexpr int kOtherDescriptors = 128;

SteadyTime Now() { return std::chrono::steady_clock::now(); }

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Now().time_since_epoch()).count();
}

int Made(int fd) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "epoll");
  return fd;
}

int EventFd() { return Made(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

bool Watch(int epoll_fd, int fd, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

void Signal(int event_fd) {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(event_fd, &one, sizeof one);
}

}  // namespace

Loop::Seat::Seat(ThreadBoard& of_thread)
    : board(of_thread),
      storage(std::make_unique_for_overwrite<char[]>(wire::kPeekBytes)),
      scratch(storage.get(), wire::kPeekBytes) {
  board.Enter();
}

Loop::Loop(LoopSettings settings, Process& process, Scoreboard board, Handler handler)
    : settings_(settings),
      process_(process),
      board_(std::move(board)),
      exchange_({settings.body_bytes, settings.timeout}, process, board_, draining_,
                std::move(handler)),
      // Half of the connections may wait, so that idle ones find room beside them.
      admission_(settings.threads, settings.timeout, settings.max_connections / 2),
      line_(board_.worker().waiting),
      epoll_fd_(Made(epoll_create1(EPOLL_CLOEXEC))),
      wake_fd_(EventFd()),
      thread_fd_(EventFd()),
      front_fd_(EventFd()),
      listener_(epoll_fd_, settings.listen_fd, process.log),
      slots_(settings.max_connections + kOtherDescriptors + 2 * settings.threads),
      open_(board_.worker().connections) {
  Watch(epoll_fd_, wake_fd_, EPOLLIN);
  Watch(epoll_fd_, thread_fd_, EPOLLIN | EPOLLET);
}

Loop::~Loop() {
  Stop();
  for (const int fd : {front_fd_, thread_fd_, wake_fd_, epoll_fd_}) close(fd);
}

void Loop::Start() {
  for (int i = 0; i < settings_.threads; ++i) {
    threads_.emplace_back([this, i] { Run(board_.thread(i)); });
  }
  threads_.emplace_back([this] { RunFront(); });
  board_.worker().ready = 1;
}

void Loop::StopAccepting(bool last_call) {
  if (last_call) Accept();
  if (draining_.exchange(true)) return;
  board_.worker().draining = 1;
  listener_.Close();
}

bool Loop::owed() const {
  return std::ranges::any_of(slots_, [](const Slot& slot) { return slot.partial_ms.load() != 0; });
}

void Loop::Stop() {
  if (stopping_.exchange(true)) return;
  Signal(wake_fd_);  // stays readable: wakes every thread
  threads_.clear();
}

void Loop::Run(ThreadBoard& board) {
  Seat seat(board);
  while (!stopping_.load(std::memory_order_relaxed)) {
    if (const auto first = line_.Take()) {
      if (line_.size() > 0 && busy_.load() + 1 < settings_.threads) WakeThread();
      Own(*first, true, Choice::kServe, seat);
      continue;
    }
    epoll_event event;
    // One event a call: a thread that took several would let the others wait behind a slow handler.
    const int count = epoll_wait(epoll_fd_, &event, 1, -1);
    if (count <= 0) continue;
    if (event.data.fd == wake_fd_ || event.data.fd == thread_fd_) continue;
    if (event.data.fd == listener_.fd()) {
      Accept();
    } else {
      OnEvent(event.data.fd, (event.events & (EPOLLRDHUP | EPOLLHUP)) != 0, Choice::kServe, seat);
    }
  }
}

// An edge each time: it need not be read. One that finds no thread asleep is found by the next that
// would go to sleep.
void Loop::WakeThread() { Signal(thread_fd_); }

void Loop::Accept() {
  while (!draining_.load()) {
    if (open_.load() >= settings_.max_connections) {
      listener_.Pause();
      if (open_.load() < settings_.max_connections) listener_.Resume();  // one closed meanwhile
      return;
    }
    ++open_;  // before it is accepted: a drain that sees none open may end the process
    const int fd = listener_.Accept();
    if (fd < 0) {
      --open_;
      return;
    }
    const bool fits = fd < static_cast<int>(slots_.size());
    if (fits) {
      ++slots_[fd].joining;
      slots_[fd].partial_ms.store(NowMs());  // it owes its first request from now on
      slots_[fd].fresh.store(true);
    }
    if (!fits || !Watch(epoll_fd_, fd, EPOLLIN | EPOLLRDHUP | EPOLLET)) {
      process_.log.Error("connection refused: too many open descriptors", {{"fd", fd}});
      if (fits) {
        slots_[fd].partial_ms.store(0);
        slots_[fd].fresh.store(false);
      }
      close(fd);
      --open_;
    }
    if (fits) --slots_[fd].joining;
  }
}

void Loop::OnEvent(int fd, bool gone, Choice choice, Seat& seat) {
  if (slots_[fd].events.fetch_add(1, std::memory_order_acq_rel) != 0)
    return;  // its owner will look again
  Own({fd, Now()}, gone, choice, seat);
}

void Loop::Own(Waiting request, bool gone, Choice choice, Seat& seat) {
  Slot& slot = slots_[request.fd];
  uint32_t seen = 1;
  bool again = false;
  do {
    again = false;
    if (FindsRequest(request.fd, gone, seat)) {
      if (choice == Choice::kServe) {
        Serve(slot, request.arrived, seat.board);
      } else if (choice == Choice::kAdmit &&
                 admission_.Admits(line_.size(), BusyFor(request.arrived))) {
        return line_.Add(request);  // which owns it now
      } else {
        Shed(slot, request.arrived, seat.board);
        again = true;  // it may not have come wholly
      }
      request.arrived = Now();  // of what may follow
      if (choice == Choice::kShed) choice = Choice::kAdmit;
    }
  } while (again || !slot.events.compare_exchange_strong(seen, 0, std::memory_order_acq_rel));
}

bool Loop::FindsRequest(int fd, bool gone, Seat& seat) {
  Slot& slot = slots_[fd];
  if (slot.fresh.exchange(false)) {
    if (!slot.connection) slot.connection = wire::MakeConnection(settings_.protocol);
    slot.connection->Open(fd, static_cast<int>(settings_.timeout.count()));
  }
  if (!slot.connection || !slot.connection->open())
    return false;  // an event that was on its way when the connection closed
  const int64_t since = slot.partial_ms.load();
  switch (slot.connection->Look(seat.scratch, gone)) {
    case wire::Connection::State::kIdle:
      return false;
    case wire::Connection::State::kPartial:
      if (!Partial(slot)) slot.connection->Close();
      break;
    case wire::Connection::State::kRequest:
      slot.partial_ms.store(0);
      return true;
    case wire::Connection::State::kTooLarge:
      exchange_.RefuseTooLarge(*slot.connection, seat.board);
      break;
    case wire::Connection::State::kClosed:
      break;
  }
  if (!slot.connection->open()) Closed(slot, since);
  return false;
}

bool Loop::Partial(Slot& slot) const {
  const int64_t now = NowMs();
  int64_t since = 0;
  if (slot.partial_ms.compare_exchange_strong(since, now)) return true;
  return now - since < settings_.partial_timeout.count();
}

// Another thread may have accepted a connection of the same number since: its time stays.
void Loop::Closed(Slot& slot, int64_t partial_since) {
  slot.partial_ms.compare_exchange_strong(partial_since, 0);
  --open_;
  listener_.Resume();
}

void Loop::Serve(Slot& slot, SteadyTime arrived, ThreadBoard& board) {
  const SteadyTime begun = Now();
  if (begun >= arrived + settings_.timeout) {
    Shed(slot, arrived, board);
    return;
  }
  if (busy_.fetch_add(1) + 1 == settings_.threads && front_sleeps_.exchange(false))
    Signal(front_fd_);
  board.Begin(begun.time_since_epoch().count());
  exchange_.Serve(*slot.connection, arrived, board);
  admission_.Took(Now() - begun);
  board.End();
  --busy_;
  if (!slot.connection->open()) Closed(slot, 0);
}

void Loop::Shed(Slot& slot, SteadyTime arrived, ThreadBoard& board) {
  ++shed_;
  exchange_.Shed(*slot.connection, arrived, board);
  if (!slot.connection->open()) Closed(slot, 0);
}

}  // namespace host
