// The one place where a handler is called and where what it throws is caught.
#pragma once

#include <functional>

#include "host/function/context.h"
#include "host/function/request.h"
#include "host/function/response.h"

namespace host {

using Handler = std::function<Response(const Request&, Context&)>;

// Never throws. A thrown TimedOut becomes 504, another Unavailable 503, both with Retry-After;
// db::BadText 422, anything else 500 with one log line. The answer is rendered: it has a body, and
// no problem. `board`: see Context.
Response Answer(Process& process, const Request& request, const Handler& handler,
                ThreadBoard* board = nullptr) noexcept;

}  // namespace host
