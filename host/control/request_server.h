// RequestServer: one request, one answer, close. Small on purpose: it serves probes, metrics and
// the operator's commands from the supervisor's own thread, so no client may hold that up or grow
// it.
//
// A request ends with `end` ("\r\n\r\n", "\n"). Longer than `request_bytes`: the handler's answer
// to nothing. Not there, or its answer not taken, within `deadline`: closed. More than
// `connections` at once: the oldest is closed for the newest, so that silent clients cannot keep
// others out.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "host/supervisor/event_loop.h"
#include "host/supervisor/fd.h"

namespace host {

struct RequestLimits {
  std::string end;
  size_t request_bytes = 8192;
  size_t connections = 64;
  std::chrono::milliseconds deadline{5'000};
};

class RequestServer {
 public:
  // The request up to and with `end`, or nothing when it was too long. Must not block.
  using Handler = std::function<std::string(std::optional<std::string_view>)>;

  // `listener` is made non-blocking. The loop outlives the server.
  RequestServer(EventLoop& loop, Fd listener, RequestLimits limits, Handler handler);
  ~RequestServer();
  RequestServer(const RequestServer&) = delete;
  RequestServer& operator=(const RequestServer&) = delete;

 private:
  struct Connection {
    Fd fd;
    std::string in;
    std::string out;
    size_t discarded = 0;
    bool answered = false;
    EventLoop::TimerId timer = 0;
  };
  using Id = uint64_t;  // ascending: the first is the oldest

  void Accept();
  void On(Id id);
  void Read(Id id, Connection& connection);
  void Write(Id id, Connection& connection);
  void Close(Id id);

  EventLoop& loop_;
  Fd listener_;
  const RequestLimits limits_;
  const Handler handler_;
  std::map<Id, Connection> connections_;
  Id last_ = 0;
  EventLoop::TimerId pause_ = 0;
};

}  // namespace host
