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

namespace host::wire {

constexpr size_t kMaxParameterBytes = 64 * 1024;  // of all names and values together
constexpr size_t kMaxParameterPairs = 256;
constexpr size_t kMaxParameterPairBytes = 16 * 1024;  // one name and its value
// A body that has not arrived wholly after this many bytes is read while it comes, by a thread with
// a time limit; so this must be well below what a socket buffers.
constexpr size_t kStreamAfterBytes = 64 * 1024;
// Enough for the head of every acceptable request (parameters may stand in many small records) and
// kStreamAfterBytes.
constexpr size_t kPeekBytes = 192 * 1024;

enum class Verdict {
  kRequest,     // a request that libfcgi may read now
  kMore,        // nothing wrong so far: wait for more bytes
  kManagement,  // a management record of `bytes` bytes, type `type`: answer it without libfcgi
  kAbort,  // a request given up before it was whole, `bytes` long up to its ABORT_REQUEST: end it
  kTooLarge,  // a well-formed request over the caps: answer 431 to request `id`, then close
  kRefuse,    // close the connection; `why` says why
};

struct Check {
  Verdict verdict = Verdict::kMore;
  const char* why = "";
  uint8_t type = 0;       // kManagement
  uint16_t id = 0;        // kTooLarge, kAbort: the request's id; 0 when none is open
  size_t bytes = 0;       // kManagement, kAbort: what to take off the connection
  bool trailing = false;  // kRequest: more bytes follow the request; libfcgi would swallow them
};

Check CheckFastcgi(std::string_view peeked);

}  // namespace host::wire
