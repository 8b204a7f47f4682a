// Asks a running host over its control socket.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <vector>

namespace host {

// Sends one line, with open descriptors beside it (SCM_RIGHTS, as unix(7) says), and gives the
// answer's line. The error is a line for people: nobody there, no right, nothing heard for
// `timeout`.
std::expected<std::string, std::string> Ask(
    const std::string& socket, const std::string& line, const std::vector<int>& fds = {},
    std::chrono::milliseconds timeout = std::chrono::seconds(5));

}  // namespace host
