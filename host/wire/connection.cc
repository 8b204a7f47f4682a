#include "host/wire/connection.h"

#include <algorithm>

#include "host/wire/fastcgi_connection.h"
#include "host/wire/uwsgi_connection.h"

namespace host::wire {

std::unique_ptr<Connection> MakeConnection(Protocol protocol) {
  if (protocol == Protocol::kUwsgi) return std::make_unique<UwsgiConnection>();
  return std::make_unique<FastcgiConnection>();
}

std::optional<Problem> CheckBody(long claimed, long read, long limit) {
  if (std::max(claimed, read) > limit) {
    return Problem{413,
                   "The body is larger than the " + std::to_string(limit) + " bytes allowed here.",
                   {},
                   {}};
  }
  if (claimed != read) {
    return Problem{400, "The body is not as long as Content-Length says.", {}, {}};
  }
  return std::nullopt;
}

}  // namespace host::wire
