// Asks a running host over its control socket.
#pragma once

#include <expected>
#include <string>
#include <vector>

namespace host {

// Sends one line, with open descriptors beside it (SCM_RIGHTS, as unix(7) says), and gives the
// answer's line. The error is a line for people: nobody there, no right, no answer in 5 s.
std::expected<std::string, std::string> Ask(const std::string& socket, const std::string& line,
                                            const std::vector<int>& fds = {});

}  // namespace host
