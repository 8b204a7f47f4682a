#include "host/function/loop.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "host/wire/answer.h"

namespace host {
namespace {

// Descriptors that are not connections: standard ones, epoll, database connections, files being
// read.
constexpr int kOtherDescriptors = 128;

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

bool Watch(int epoll_fd, int fd, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

Request ToRequest(wire::Head head, std::string body, SteadyTime deadline) {
  return Request({.method = std::move(head.method),
                  .path = std::move(head.path),
                  .query_string = std::move(head.query_string),
                  .headers = std::move(head.headers),
                  .route = std::move(head.route),
                  .body = std::move(body),
                  .remote_address = std::move(head.remote_address),
                  .request_id = std::move(head.request_id),
                  .deadline = deadline});
}

std::string ToText(const Response& response, const std::string& request_id, bool head) {
  return WriteAnswer(wire::Answer{.status = response.status(),
                                  .reason = ReasonPhrase(response.status()),
                                  .headers = response.headers(),
                                  .body = response.body(),
                                  .request_id = request_id,
                                  .head = head});
}

}  // namespace

Loop::Loop(LoopSettings settings, Process& process, Scoreboard board, Handler handler)
    : settings_(settings),
      process_(process),
      board_(std::move(board)),
      handler_(std::move(handler)),
      epoll_fd_(epoll_create1(EPOLL_CLOEXEC)),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      slots_(settings.max_connections + kOtherDescriptors + 2 * settings.threads),
      open_(board_.worker().connections) {
  if (epoll_fd_ < 0 || wake_fd_ < 0)
    throw std::system_error(errno, std::generic_category(), "epoll");
  Watch(epoll_fd_, wake_fd_, EPOLLIN);
  Watch(epoll_fd_, settings_.listen_fd, EPOLLIN | EPOLLEXCLUSIVE);
}

Loop::~Loop() {
  Stop();
  close(wake_fd_);
  close(epoll_fd_);
}

void Loop::Start() {
  for (int i = 0; i < settings_.threads; ++i) {
    threads_.emplace_back([this, i] { Run(board_.thread(i)); });
  }
  board_.worker().ready = 1;
}

void Loop::StopAccepting() {
  if (draining_.exchange(true)) return;
  board_.worker().draining = 1;
  epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, settings_.listen_fd, nullptr);
  // Only this process's copy: the supervisor holds the socket open, and new connections wait in it
  // for other workers. Something must stay at the number, or the next file opened would get it
  // while a thread still accepts.
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) {
    dup3(nothing, settings_.listen_fd, O_CLOEXEC);
    close(nothing);
  }
}

void Loop::Stop() {
  if (stopping_.exchange(true)) return;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written =
      write(wake_fd_, &one, sizeof one);  // stays readable: wakes every thread
  threads_.clear();
}

void Loop::Run(ThreadBoard& board) {
  board.Enter();
  // Not zeroed: pages that no request reaches are never touched, and so cost no memory.
  const auto storage = std::make_unique_for_overwrite<char[]>(wire::kPeekBytes);
  const std::span<char> scratch(storage.get(), wire::kPeekBytes);
  while (!stopping_.load(std::memory_order_relaxed)) {
    epoll_event event;
    // One event a call: a thread that took several would let the others wait behind a slow handler.
    const int count = epoll_wait(epoll_fd_, &event, 1, -1);
    if (count <= 0) continue;
    if (event.data.fd == wake_fd_) continue;
    if (event.data.fd == settings_.listen_fd) {
      Accept();
    } else {
      OnEvent(event.data.fd, (event.events & (EPOLLRDHUP | EPOLLHUP)) != 0, scratch, board);
    }
  }
}

void Loop::Accept() {
  while (!draining_.load()) {
    if (open_.load() >= settings_.max_connections) {
      poll(nullptr, 0, 10);  // full: let other workers of the pool take it
      return;
    }
    ++open_;  // before it is accepted: a drain that sees none open may end the process
    const int fd = accept4(settings_.listen_fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
      --open_;
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        process_.log.Error("cannot accept: raise the limit of open files",
                           {{"error", std::strerror(errno)}});
        poll(nullptr, 0, 10);
      }
      return;
    }
    // Connections read and write with time limits, in blocking mode.
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    const bool fits = fd < static_cast<int>(slots_.size());
    if (fits) {
      // A FastCGI connection may stay idle; one of uwsgi owes its request from now on.
      slots_[fd].partial_ms.store(settings_.protocol == wire::Protocol::kUwsgi ? NowMs() : 0);
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
  }
}

void Loop::OnEvent(int fd, bool gone, std::span<char> scratch, ThreadBoard& board) {
  Slot& slot = slots_[fd];
  if (slot.events.fetch_add(1, std::memory_order_acq_rel) != 0)
    return;  // its owner will look again
  uint32_t seen = 1;
  do {
    Serve(fd, slot, gone, scratch, board);
  } while (!slot.events.compare_exchange_strong(seen, 0, std::memory_order_acq_rel));
}

void Loop::Serve(int fd, Slot& slot, bool gone, std::span<char> scratch, ThreadBoard& board) {
  if (slot.fresh.exchange(false)) {
    if (!slot.connection) slot.connection = wire::MakeConnection(settings_.protocol);
    slot.connection->Open(fd, static_cast<int>(settings_.timeout.count()));
  }
  if (!slot.connection || !slot.connection->open())
    return;  // an event that was on its way when the connection closed
  int64_t since = slot.partial_ms.load();
  switch (slot.connection->Look(scratch, gone)) {
    case wire::Connection::State::kIdle:
      return;
    case wire::Connection::State::kPartial:
      if (Partial(slot)) return;
      slot.connection->Close();
      break;
    case wire::Connection::State::kRequest:
      slot.partial_ms.store(since = 0);
      ServeRequest(slot, board);
      board.End();
      break;
    case wire::Connection::State::kTooLarge:
      slot.partial_ms.store(since = 0);
      board.Count({}, 431, 0);
      slot.connection->Refuse(
          Refusal({431, "The request has more or longer header fields than are read here."}, ""));
      break;
    case wire::Connection::State::kClosed:
      break;
  }
  if (slot.connection->open()) return;
  // Another thread may have accepted a connection of the same number since: its time stays.
  slot.partial_ms.compare_exchange_strong(since, 0);
  --open_;
}

std::string Loop::Refusal(Problem problem, const std::string& request_id) const {
  Response refusal = Response::From(std::move(problem));
  refusal.Render(request_id);
  return ToText(refusal, request_id, false);
}

bool Loop::Partial(Slot& slot) const {
  const int64_t now = NowMs();
  int64_t since = 0;
  if (slot.partial_ms.compare_exchange_strong(since, now)) return true;
  return now - since < settings_.partial_timeout.count();
}

void Loop::CloseStalled() {
  board_.worker().alive_ns.store(std::chrono::steady_clock::now().time_since_epoch().count(),
                                 std::memory_order_relaxed);
  const auto storage = std::make_unique_for_overwrite<char[]>(wire::kPeekBytes);
  const std::span<char> scratch(storage.get(), wire::kPeekBytes);
  const int64_t now = NowMs();
  for (size_t fd = 0; fd < slots_.size(); ++fd) {
    const int64_t since = slots_[fd].partial_ms.load();
    if (since != 0 && now - since >= settings_.partial_timeout.count())
      OnEvent(static_cast<int>(fd), false, scratch, board_.thread(settings_.threads));
  }
}

void Loop::ServeRequest(Slot& slot, ThreadBoard& board) {
  const SteadyTime begun = std::chrono::steady_clock::now();
  board.Begin(begun.time_since_epoch().count());
  const SteadyTime deadline = begun + settings_.timeout;
  auto incoming = slot.connection->Read(settings_.body_bytes, deadline);
  if (!incoming) return;
  const bool keep = !draining_.load();
  if (!incoming->head) {
    Count(board, {}, incoming->head.error().status, begun);
    slot.connection->Answer(Refusal(incoming->head.error(), incoming->request_id), keep);
    return;
  }
  const bool head = incoming->head->method == "HEAD";
  const Request request =
      ToRequest(*std::move(incoming->head), std::move(incoming->body), deadline);
  board.Describe(request.method(), request.path(), request.id());
  Response response = Answer(process_, request, handler_, &board);
  if (const char* why = CheckAnswer(wire::Answer{.status = response.status(),
                                                 .reason = {},
                                                 .headers = response.headers(),
                                                 .body = {},
                                                 .request_id = {},
                                                 .head = head})) {
    process_.log.Error("answer refused",
                       {{"request_id", request.id()}, {"route", request.path()}, {"error", why}});
    response = Response::From(
        {500, "The service made a mistake; the request id tells its owners which.", {}, {}});
    response.Render(request.id());
  }
  Count(board, request.method(), response.status(), begun);
  slot.connection->Answer(ToText(response, request.id(), head), keep);
}

// Before the answer goes out: who has it finds it counted.
void Loop::Count(ThreadBoard& board, std::string_view method, int status, SteadyTime begun) const {
  const int64_t took = (std::chrono::steady_clock::now() - begun).count();
  board.Count(method, status, took);
  if (board_.slow_ns() != 0 && took > board_.slow_ns()) board.CountSlow();
}

}  // namespace host
