// A function: one handler, found at link time like `main`.
//
//   #include "host/function/function.h"
//   host::Response function::Handle(const host::Request&, host::Context&) {
//     return host::Response::Json(200, R"({"hello":"world"})");
//   }
//
// Called from several threads at once. What it throws becomes a 500 with the request id
// (host::Unavailable: a 503; host::TimedOut, as the database throws at the deadline: a 504).
#pragma once

#include "host/function/context.h"
#include "host/function/request.h"
#include "host/function/response.h"

namespace function {

host::Response Handle(const host::Request& request, host::Context& context);

}  // namespace function
