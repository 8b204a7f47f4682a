// What stands at the head of a FastCGI connection, judged from peeked bytes before libfcgi reads
// them.
//
// libfcgi trusts its peer: it allocates claimed lengths, asserts on some, and blocks on a half
// request. So nothing reaches it before this check has seen the whole head of a request
// (FastCGI 1.0, sections 3 and 6) within the caps below.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/wire/check.h"

namespace host::wire {

struct Check {
  Verdict verdict = Verdict::kMore;
  const char* why = "";
  uint8_t type = 0;       // kManagement
  uint16_t id = 0;        // kTooLarge, kAbort: the request's id; 0 when none is open
  size_t bytes = 0;       // kManagement, kAbort: what to take off the connection
  bool whole = false;     // kRequest: its body is there to the end
  bool trailing = false;  // kRequest: more bytes follow the request; libfcgi would swallow them
};

Check CheckFastcgi(std::string_view peeked);

}  // namespace host::wire
