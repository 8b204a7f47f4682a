// A function of the SDK for tests of the real fnhost: /...?ms=N answers after N milliseconds.

#include <poll.h>

#include <cstdlib>
#include <string>

#include "host/function/function.h"

namespace function {
namespace {

// Without external linkage, as helpers of a handler are: its name must show in the slow log.
[[gnu::noinline]] int WaitForTheKettle(int ms) { return poll(nullptr, 0, ms) + ms; }

}  // namespace

host::Response Handle(const host::Request& request, host::Context& /*context*/) {
  const int waited =
      WaitForTheKettle(std::atoi(std::string(request.query("ms").value_or("0")).c_str()));
  return host::Response::Json(200, "{\"waited_ms\":" + std::to_string(waited) + "}");
}

}  // namespace function
