// What a function answers, read from CGI text (RFC 3875, section 6).
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace host::wire {

struct CgiAnswer {
  int status = 200;
  std::string reason;                                        // "" when none was given
  std::vector<std::pair<std::string, std::string>> headers;  // as sent, without Status
  std::string body;
};

// CGI text (RFC 3875, section 6): "Status: 404 Not Found", headers, an empty line, the body; or the
// same below an HTTP status line, as uWSGI gives it. Without a status: 302 when there is a
// Location, else 200. The error says what is no answer.
std::expected<CgiAnswer, std::string> ParseCgi(std::string text);

}  // namespace host::wire
