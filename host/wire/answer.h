// An answer as CGI text: "Status: 200 OK", headers, an empty line, the body (RFC 3875, section 6).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace host::wire {

struct Answer {
  int status = 200;
  std::string_view reason;
  const std::vector<std::pair<std::string, std::string>>& headers;
  std::string_view body;
  std::string_view request_id;
  bool head = false;  // a HEAD request: the length is told, the body is not sent
};

// nullptr, or why the answer cannot be sent as it is: CR, LF or NUL in a header, a name that is no
// token, a status outside 100-599.
const char* CheckAnswer(const Answer& answer);

// The text to send. Headers that command NGINX (X-Accel-*), and those that are written here
// (Status, Content-Length, X-Request-ID), are left out.
std::string WriteAnswer(const Answer& answer);

}  // namespace host::wire
