// For a function's handler_test.cc: calls the handler in this process, without a socket.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>

#include "host/function/function.h"

namespace host::testing {

struct CallSettings {
  std::string function = "test";
  std::string scope;             // the manifest's scope
  StringMap environment;         // what Config finds
  const Clock* clock = nullptr;  // the system's clock when null
};

// Handles `parts` as the host would: what the handler throws becomes a 500 or 503, problems are
// rendered. No database is there: context.db() throws.
Response Call(RequestParts parts, const CallSettings& settings = {});

}  // namespace host::testing
