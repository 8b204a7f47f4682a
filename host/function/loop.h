// The event loop of a worker: several threads around one epoll, connections that hold no thread
// while they are idle.
//
// Threads wait in epoll for the listening socket (EPOLLEXCLUSIVE, so one is woken for a new
// connection) and for connections (edge-triggered). A connection has at most one owner at a time:
// an event raises its counter, and only who raised it from zero serves it, until the counter has
// not moved while it looked. So a request that comes in pieces costs no thread either.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "host/base/log.h"
#include "host/function/answer.h"
#include "host/scoreboard/scoreboard.h"
#include "host/wire/connection.h"

namespace host {

struct LoopSettings {
  wire::Protocol protocol = wire::Protocol::kFastcgi;
  int listen_fd = 0;  // non-blocking; the loop closes it when draining begins
  int threads = 8;
  long body_bytes = 65536;
  std::chrono::milliseconds timeout{5000};  // a request's deadline, from when a thread takes it up
  std::chrono::milliseconds partial_timeout{10000};  // for a request's head to arrive wholly
  int max_connections = 1024;  // beyond: left in the backlog for other workers
};

class Loop {
 public:
  // The handler is called from all threads. `process` outlives the loop. `board` has as many
  // threads as the loop.
  Loop(LoopSettings settings, Process& process, Scoreboard board, Handler handler);
  ~Loop();

  void Start();
  // Stops accepting; answers what comes on open connections and closes each after its answer.
  void StopAccepting();
  // Connections whose request has waited too long for its rest are closed, and the supervisor sees
  // that the worker lives. Call about once a second, from one thread.
  void CloseStalled();
  // Ends the threads after the requests in their hands.
  void Stop();

  // Threads with a request, requests since the start, open connections.
  Load load() const { return board_.ReadLoad(); }

 private:
  struct Slot {
    std::atomic<uint32_t> events{0};     // not looked at yet; raising it from zero makes the owner
    std::atomic<bool> fresh{false};      // a descriptor was accepted and waits for its owner
    std::atomic<int64_t> partial_ms{0};  // since when part of a request is there, 0 when none
    std::unique_ptr<wire::Connection> connection;  // the owner's; made once, then opened again
  };

  void Run(ThreadBoard& board);
  void Accept();
  // `gone`: the event says that the peer has closed its side; then nobody waits for an answer.
  void OnEvent(int fd, bool gone, std::span<char> scratch, ThreadBoard& board);
  void Serve(int fd, Slot& slot, bool gone, std::span<char> scratch, ThreadBoard& board);
  // Writes an answer that no handler made.
  std::string Refusal(Problem problem, const std::string& request_id) const;
  bool Partial(Slot& slot) const;  // false when it has waited too long
  void ServeRequest(Slot& slot, ThreadBoard& board);
  void Count(ThreadBoard& board, std::string_view method, int status, SteadyTime begun) const;

  const LoopSettings settings_;
  Process& process_;
  const Scoreboard board_;
  const Handler handler_;
  int epoll_fd_ = -1;
  int wake_fd_ = -1;
  std::vector<Slot> slots_;  // by descriptor
  std::vector<std::jthread> threads_;
  std::atomic<bool> draining_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<int32_t>& open_;
};

}  // namespace host
