// One request to a function over its socket, as NGINX would send it, and the answer.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

#include "host/wire/client/cgi.h"
#include "host/wire/client/fastcgi.h"
#include "host/wire/protocol.h"

namespace host::wire {

// An answer longer than this is refused.
inline constexpr size_t kMaxAnswerBytes = size_t{256} << 20;

struct CallAnswer {
  CgiAnswer answer;
  std::string errors;  // what a FastCGI program wrote to its error stream
};

// Connects, asks, reads to the end of the answer, and closes: `limit` is for all of it together.
// The error is a line for people that names the socket: nobody there, no answer in time, an answer
// that ended too early or is none.
std::expected<CallAnswer, std::string> CallFunction(const std::string& socket, Protocol protocol,
                                                    const Pairs& parameters, std::string_view body,
                                                    std::chrono::milliseconds limit);

}  // namespace host::wire
