// One client's connection to NGINX on this machine: kept alive, never blocking, one request at a
// time. Nothing is sent again behind the caller's back: a connection that ends under a request is
// a broken request, whatever a browser would do with it.
#pragma once

#include <cstdint>
#include <string>

#include "host/supervisor/fd.h"
#include "tests/chaos/http_answer.h"

namespace chaos {

class ClientConnection {
 public:
  enum class Progress { kWaiting, kAnswered, kBroken };

  // Watched by `epoll` (edge-triggered) with `tag` as its data. Both outlive it.
  ClientConnection(int epoll, uint64_t tag, int port) : epoll_(epoll), tag_(tag), port_(port) {}

  // Opens the connection when it is not open. Throws std::system_error when there is no descriptor
  // for it.
  Progress Send(const std::string& request);
  // To be called on each event.
  Progress OnReady();
  void Close();

  bool busy() const { return busy_; }
  const HttpAnswer& answer() const { return answer_; }  // after kAnswered
  const std::string& fault() const { return fault_; }   // after kBroken

 private:
  bool Open();  // false when it is refused at once
  Progress Broken(const std::string& why);

  const int epoll_;
  const uint64_t tag_;
  const int port_;
  host::Fd fd_;
  bool busy_ = false;
  std::string out_;  // not yet sent
  std::string in_;
  HttpAnswer answer_;
  std::string fault_;
};

}  // namespace chaos
