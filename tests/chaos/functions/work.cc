// GET  ->  200 after 20 ms of a thread's time; 418 when it was begun after its deadline
//
// The deadline as the client sees it: X-Sent-Ns (the machine's steady clock) and the manifest's
// timeout_ms, which the request's own deadline follows.

#include <charconv>
#include <chrono>
#include <thread>

#include "host/function/function.h"

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

host::Response function::Handle(const host::Request& request, host::Context&) {
  constexpr milliseconds kTimeout{1000};  // as in the manifest
  const auto now = std::chrono::steady_clock::now();
  int64_t sent = 0;
  const auto header = request.header("x-sent-ns").value_or("");
  std::from_chars(header.data(), header.data() + header.size(), sent);
  if (now >= request.deadline() || now.time_since_epoch() > nanoseconds(sent) + kTimeout) {
    return host::Response::Text(418, "text/plain", "late");
  }
  std::this_thread::sleep_for(milliseconds(20));
  return host::Response::Text(200, "text/plain", "done");
}
