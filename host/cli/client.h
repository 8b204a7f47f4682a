// Asks a running host over its control socket.
#pragma once

#include <expected>
#include <string>

namespace host {

// Sends one line and gives the answer's line. The error is a line for people: nobody there, no
// right, no answer in 5 s.
std::expected<std::string, std::string> Ask(const std::string& socket, const std::string& line);

}  // namespace host
