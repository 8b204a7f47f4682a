#include "tests/behind_nginx/load.h"

#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>

namespace testing {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

struct Client {
  int fd = -1;
  size_t sent = 0;  // bytes of the request
  std::string answer;
};

class Crowd {
 public:
  explicit Crowd(const Load& load)
      : load_(load), start_(steady_clock::now()), epoll_fd_(epoll_create1(EPOLL_CLOEXEC)) {}
  ~Crowd() { close(epoll_fd_); }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  std::vector<Answered> Run() {
    const auto all = static_cast<size_t>(load_.per_second * load_.time / std::chrono::seconds(1));
    const nanoseconds pause = std::chrono::nanoseconds(std::chrono::seconds(1)) / load_.per_second;
    while (answered_.size() < all || open_ > 0) {
      const nanoseconds now = steady_clock::now() - start_;
      while (answered_.size() < all && pause * answered_.size() <= now) Begin(now);
      GiveUp(now);
      std::array<epoll_event, 64> events;
      const int count = epoll_wait(epoll_fd_, events.data(), events.size(), 1);
      for (int i = 0; i < count; ++i) OnEvent(events[i].data.u64, events[i].events);
    }
    return answered_;
  }

 private:
  void Begin(nanoseconds now) {
    answered_.push_back({.sent = now});
    Client& client = clients_.emplace_back();
    client.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    ++open_;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(load_.port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect(client.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    epoll_event event{.events = EPOLLOUT, .data = {.u64 = answered_.size() - 1}};
    epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, client.fd, &event);
  }

  void OnEvent(size_t index, uint32_t events) {
    Client& client = clients_[index];
    if (client.fd < 0) return;
    if ((events & EPOLLOUT) != 0) {
      const ssize_t sent = send(client.fd, load_.request.data() + client.sent,
                                load_.request.size() - client.sent, MSG_NOSIGNAL);
      if (sent > 0) client.sent += sent;
      if (sent > 0 && client.sent < load_.request.size()) return;
      epoll_event event{.events = EPOLLIN, .data = {.u64 = index}};
      epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, client.fd, &event);
      return;
    }
    char bytes[4096];
    const ssize_t size = recv(client.fd, bytes, sizeof bytes, 0);
    if (size > 0) {
      client.answer.append(bytes, size);
      return;
    }
    constexpr std::string_view kStart = "HTTP/1.1 ";
    if (client.answer.starts_with(kStart))
      answered_[index].status = std::atoi(client.answer.c_str() + kStart.size());
    End(index);
  }

  void GiveUp(nanoseconds now) {
    for (; oldest_ < answered_.size() && answered_[oldest_].sent + load_.patience < now;
         ++oldest_) {
      if (clients_[oldest_].fd >= 0) End(oldest_);
    }
  }

  void End(size_t index) {
    answered_[index].took = steady_clock::now() - start_ - answered_[index].sent;
    close(clients_[index].fd);
    clients_[index] = {};
    --open_;
  }

  const Load load_;
  const steady_clock::time_point start_;
  const int epoll_fd_;
  std::vector<Answered> answered_;
  std::deque<Client> clients_;
  size_t oldest_ = 0;
  int open_ = 0;
};

}  // namespace

std::vector<Answered> Send(const Load& load) { return Crowd(load).Run(); }

}  // namespace testing
