// The event loop of a worker: several threads around one epoll, connections that hold no thread
// while they are idle.
//
// Threads wait in epoll for the listening socket (EPOLLEXCLUSIVE, so one is woken for a new
// connection) and for connections (edge-triggered). A connection has at most one owner at a time:
// an event raises its counter, and only who raised it from zero serves it, until the counter has
// not moved while it looked. So a request that comes in pieces costs no thread either.
//
// Who takes up the last free thread wakes the front thread. As long as none is free, that one takes
// what comes: it accepts, notes when each request came, and lets it wait in a line or answers 503
// at once (admission.h). A thread that becomes free takes from the line first. While a thread is
// free the front sleeps, and requests go from epoll to a thread without a detour.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "host/function/admission.h"
#include "host/function/answer.h"
#include "host/function/exchange.h"
#include "host/function/listener.h"
#include "host/function/waiting_line.h"
#include "host/scoreboard/scoreboard.h"
#include "host/wire/connection.h"

namespace host {

struct LoopSettings {
  wire::Protocol protocol = wire::Protocol::kFastcgi;
  int listen_fd = 0;  // non-blocking; the loop closes it when draining begins
  int threads = 8;
  long body_bytes = 65536;
  std::chrono::milliseconds timeout{5000};           // a request's deadline, from its arrival
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
  // Stops accepting; answers what comes on open connections and closes each after its answer. At
  // the last call it takes those who wait in the socket first: nobody will be there for them.
  void StopAccepting(bool last_call = false);
  // Whether a request has begun to come, or will: NGINX connects when it has one.
  bool owed() const;
  // Ends the threads after the requests in their hands.
  void Stop();

  // Threads with a request, requests since the start, those that wait, open connections.
  Load load() const { return board_.ReadLoad(); }
  Counters counters() const { return board_.ReadCounters(); }

 private:
  struct Slot {
    std::atomic<uint32_t> events{0};  // not looked at yet; raising it from zero makes the owner
    std::atomic<bool> fresh{false};   // a descriptor was accepted and waits for its owner
    std::atomic<int> joining{0};      // threads on their way to put it into the epoll
    // Since when part of a request is there or owed; 0 when none is.
    std::atomic<int64_t> partial_ms{0};
    std::unique_ptr<wire::Connection> connection;  // the owner's; made once, then opened again
  };
  // What one thread works with.
  struct Seat {
    explicit Seat(ThreadBoard& of_thread);
    ThreadBoard& board;
    // Not zeroed: pages that no request reaches are never touched, and so cost no memory.
    std::unique_ptr<char[]> storage;
    std::span<char> scratch;
  };
  // What an owner does with a request.
  enum class Choice { kServe, kAdmit, kShed };

  void Run(ThreadBoard& board);
  void Accept();
  // `gone`: the event says that the peer has closed its side; then nobody waits for an answer.
  void OnEvent(int fd, bool gone, Choice choice, Seat& seat);
  void Own(Waiting request, bool gone, Choice choice, Seat& seat);
  bool FindsRequest(int fd, bool gone, Seat& seat);
  bool Partial(Slot& slot) const;  // false when it has waited too long
  void Serve(Slot& slot, SteadyTime arrived, ThreadBoard& board);
  void Shed(Slot& slot, SteadyTime arrived, ThreadBoard& board);
  void Closed(Slot& slot, int64_t partial_since);
  bool AllBusy() const { return busy_.load() >= settings_.threads; }
  void WakeThread();

  // front.cc: the front thread's.
  void RunFront();
  void Sleep(int fd, SteadyTime until) const;
  void Gather(Seat& seat);
  void GiveUpOld(Seat& seat);
  void KeepHouse(Seat& seat);
  void LookAtLate(int fd, int64_t since, Seat& seat);
  std::chrono::nanoseconds BusyFor(SteadyTime now) const;

  const LoopSettings settings_;
  Process& process_;
  const Scoreboard board_;
  const Exchange exchange_;
  Admission admission_;
  WaitingLine line_;
  const int epoll_fd_;
  const int wake_fd_;    // readable once all threads are to end
  const int thread_fd_;  // an edge for a thread: somebody waits in the line
  const int front_fd_;   // readable when the front thread is wanted
  Listener listener_;
  std::vector<Slot> slots_;  // by descriptor
  std::vector<std::jthread> threads_;
  alignas(64) std::atomic<int> busy_{0};  // threads with a request; written at each
  alignas(64) std::atomic<bool> front_sleeps_{false};
  std::atomic<bool> draining_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<int64_t> shed_{0};  // of which the log knows nothing yet
  std::atomic<int32_t>& open_;
};

}  // namespace host
