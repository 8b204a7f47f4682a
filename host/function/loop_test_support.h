// A loop on a socket of its own, and handlers, for the tests of both protocols.
#pragma once

#include <chrono>
#include <string>

#include "host/base/clock.h"
#include "host/function/loop.h"
#include "host/testing/socket_client.h"

namespace host::testing {

struct Served {
  explicit Served(Handler handler, int threads = 2);
  // `with`: all but the listening socket and body_bytes.
  Served(Handler handler, LoopSettings with);
  ~Served();

  std::string Logged() const;  // lines of JSON

  std::string folder;
  std::string path;  // of the socket
  int log_fd;
  Clock clock;
  Process process;
  LoopSettings settings;  // body_bytes: 300000
  Loop loop;
};

Response Echo(const Request& request, Context& context);  // "METHOD PATH BODY"
Pairs Head(const std::string& method, const std::string& path = "/x");
std::string Body(const std::string& answer);

}  // namespace host::testing
