// ClosingTime: how a pool with an address of its own leaves without losing a connection.
//
//   1. For `delay` all goes on as before, while those who balance learn of it (/readyz says 503).
//   2. A Unix socket's name goes (ListenAddress::TurnAway). Over TCP new connections come until the
//      end: whoever balances should have learnt of it by now.
//   3. Once nobody waits in the socket's queue, or a second later, `closed` is called, once: the
//      pool may drain. Its workers take who came meanwhile as the last thing before they close the
//      socket (FNHOST_LAST_CALL, host/function/loop.h).
//
// All in the loop's thread. What it is made of outlives it; gone before the end, it calls nothing.
#pragma once

#include <chrono>
#include <functional>

#include "host/supervisor/event_loop.h"
#include "host/supervisor/listen_address.h"

namespace host {

class ClosingTime {
 public:
  ClosingTime(EventLoop& loop, const ListenAddress& address, int socket,
              std::chrono::milliseconds delay, std::function<void()> closed);
  ~ClosingTime() { loop_.Cancel(timer_); }
  ClosingTime(const ClosingTime&) = delete;
  ClosingTime& operator=(const ClosingTime&) = delete;

 private:
  void Look(SteadyTime since);

  EventLoop& loop_;
  const int socket_;
  const std::function<void()> closed_;
  EventLoop::TimerId timer_ = 0;
};

}  // namespace host
