// A GET to a port of this machine, and its whole answer: all that a comparison of answers needs.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <vector>

#include "host/wire/client/cgi.h"

namespace host {

// Asks 127.0.0.1:PORT in HTTP/1.0: the answer comes in one piece and ends with its connection, and
// NGINX takes out what chunks it came in. `target` is a path with its query, `headers` are
// "Name: value" lines; "Host: localhost" is sent unless they hold another. `limit` is for all of
// it. The error is a line for people: nobody there, no whole answer in time, a header or target
// that no client could send.
std::expected<wire::CgiAnswer, std::string> HttpGet(int port, const std::string& target,
                                                    const std::vector<std::string>& headers,
                                                    std::chrono::milliseconds limit);

}  // namespace host
