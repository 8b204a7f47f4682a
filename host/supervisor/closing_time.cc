#include "host/supervisor/closing_time.h"

#include <poll.h>

#include <utility>

namespace host {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{1000};
constexpr milliseconds kLook{5};

bool SomebodyWaits(int socket) {
  pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
  return poll(&waiting, 1, 0) > 0;
}

}  // namespace

ClosingTime::ClosingTime(EventLoop& loop, const ListenAddress& address, int socket,
                         milliseconds delay, std::function<void()> closed)
    : loop_(loop), socket_(socket), closed_(std::move(closed)) {
  timer_ = loop_.At(std::chrono::steady_clock::now() + delay, [this, &address] {
    address.TurnAway();
    Look(std::chrono::steady_clock::now());
  });
}

void ClosingTime::Look(SteadyTime since) {
  timer_ = 0;
  const auto now = std::chrono::steady_clock::now();
  if (!SomebodyWaits(socket_) || now - since >= kPatience) return closed_();
  timer_ = loop_.At(now + kLook, [this, since] { Look(since); });
}

}  // namespace host
