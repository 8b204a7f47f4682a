// GET /null  ->  200 {"hello":"world"}
//
// The smallest function: example, benchmark, smoke test.

#include "host/function/function.h"

host::Response function::Handle(const host::Request&, host::Context&) {
  return host::Response::Json(200, R"({"hello":"world"})");
}
