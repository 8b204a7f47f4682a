// Exchange: one request and its answer, on a connection that its caller owns.
//
// Every answer of a worker goes out here, and is counted on the scoreboard before it does: who has
// it finds it counted. Safe from several threads, each with a board and a connection of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <string_view>

#include "host/base/clock.h"
#include "host/function/answer.h"
#include "host/scoreboard/scoreboard.h"
#include "host/wire/connection.h"

namespace host {

struct ExchangeSettings {
  long body_bytes = 0;
  std::chrono::milliseconds timeout{};  // the deadline of a request, from its arrival
};

class Exchange {
 public:
  // The references outlive it. Connections end with the answer that goes out when `draining` is
  // set.
  Exchange(const ExchangeSettings& settings, Process& process, const Scoreboard& scoreboard,
           const std::atomic<bool>& draining, Handler handler)
      : settings_(settings),
        process_(process),
        scoreboard_(scoreboard),
        draining_(draining),
        handler_(std::move(handler)) {}

  // All of these answer the request that `connection` has announced.

  // By the handler.
  void Serve(wire::Connection& connection, SteadyTime arrived, ThreadBoard& board) const;
  // 503 with Retry-After, without the handler: there is too much to do. Waits for nothing.
  void Shed(wire::Connection& connection, SteadyTime arrived, ThreadBoard& board) const;
  // 431, without reading it.
  void RefuseTooLarge(wire::Connection& connection, ThreadBoard& board) const;

 private:
  void Count(ThreadBoard& board, std::string_view method, int status, SteadyTime arrived) const;

  const ExchangeSettings settings_;
  Process& process_;
  const Scoreboard& scoreboard_;
  const std::atomic<bool>& draining_;
  const Handler handler_;
};

}  // namespace host
