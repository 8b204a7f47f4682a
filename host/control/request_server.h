// RequestServer: one request, one answer, close. Small on purpose: it serves probes, metrics and
// the operator's commands from the supervisor's own thread, so no client may hold that up or grow
// it. The answer may come later: a deploy takes seconds, and others are served meanwhile.
//
// A request ends with `end` ("\r\n\r\n", "\n"). Longer than `request_bytes`: the handler gets no
// text. Not whole within `deadline`, or its answer not given and taken within `answer_deadline` of
// that: closed. More than `connections` at once: the oldest is closed for the newest, one that
// waits for its answer last, so that silent clients cannot keep others out.
//
// All calls are the loop's thread's.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/supervisor/event_loop.h"
#include "host/supervisor/fd.h"

namespace host {

struct RequestLimits {
  std::string end;
  size_t request_bytes = 8192;
  size_t connections = 64;
  std::chrono::milliseconds deadline{5'000};
  std::chrono::milliseconds answer_deadline{5'000};
  size_t fds = 0;  // descriptors that may come with a request over a Unix socket; more are closed
};

struct Incoming {
  // The request up to and with `end`, valid until the handler returns; nothing when it was too
  // long.
  std::optional<std::string_view> text;
  std::vector<Fd> fds;  // sent with it (SCM_RIGHTS), in their order
};

// Answers one request: call it once, at once or any time later. Copies are the same reply; when the
// last is gone without a call, the connection is closed. Harmless when the client has hung up or
// the server is gone.
class Reply {
 public:
  // `send` is called once at most, with nothing when nobody answers.
  explicit Reply(std::function<void(std::optional<std::string>)> send);
  void operator()(std::string text) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

class RequestServer {
 public:
  using Handler = std::function<void(Incoming, const Reply&)>;  // must not block

  // `listener` is made non-blocking. The loop outlives the server.
  RequestServer(EventLoop& loop, Fd listener, RequestLimits limits, Handler handler);
  ~RequestServer();
  RequestServer(const RequestServer&) = delete;
  RequestServer& operator=(const RequestServer&) = delete;

 private:
  enum class State { kReading, kWaiting, kWriting, kClosing };
  struct Connection {
    Fd fd;
    State state = State::kReading;
    std::string in;
    std::vector<Fd> fds;
    std::string out;
    size_t discarded = 0;
    EventLoop::TimerId timer = 0;
  };
  using Id = uint64_t;  // ascending: the first is the oldest

  void Accept();
  void MakeRoom();
  void SetDeadline(Id id, Connection& connection, std::chrono::milliseconds wait);
  void On(Id id);
  void Read(Id id, Connection& connection);
  void Discard(Id id, Connection& connection);
  void Handle(Id id, Connection& connection, bool whole, size_t size);
  void Answer(Id id, std::string text);
  void Write(Id id, Connection& connection);
  void Close(Id id);

  EventLoop& loop_;
  Fd listener_;
  const RequestLimits limits_;
  const Handler handler_;
  std::map<Id, Connection> connections_;
  Id last_ = 0;
  EventLoop::TimerId pause_ = 0;
  const std::shared_ptr<RequestServer*> self_;  // null once this is gone, for late replies
};

}  // namespace host
