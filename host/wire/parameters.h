// From FastCGI or uwsgi parameters to one map of headers, as CGI names them (RFC 3875,
// section 4.1).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.h"

namespace host::wire {

using StringMap = std::map<std::string, std::string, std::less<>>;

struct Head {
  std::string method;
  std::string path;          // decoded, as NGINX matched it
  std::string query_string;  // raw
  std::string remote_address;
  std::string request_id;
  StringMap headers;  // lower-case names; lists joined with ", ", Cookie with "; "
  StringMap route;    // ROUTE_x -> x
  long content_length = 0;
};

// `pairs` are "NAME=value" in the order sent. Refused with 400: repeated single-valued headers, a
// CONTENT_LENGTH that is no number, a path or route parameter that is not UTF-8, no method.
Result<Head> ReadHead(const std::vector<std::string_view>& pairs);

// False when `text` is no length; an empty one, which NGINX sends without a body, leaves `length`.
bool ReadContentLength(std::string_view text, long& length);

}  // namespace host::wire
