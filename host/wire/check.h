// What the checks of both protocols share: verdicts on peeked bytes, and the caps on parameters.
#pragma once

#include <cstddef>
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
  kRequest,     // a request that may be read now
  kMore,        // nothing wrong so far: wait for more bytes
  kManagement,  // FastCGI: a management record of `bytes` bytes, type `type`: answer it
  kAbort,       // FastCGI: a request given up before it was whole, `bytes` long up to its
                // ABORT_REQUEST: end it
  kTooLarge,    // a well-formed request over the caps: answer 431, then close
  kRefuse,      // close the connection; `why` says why
};

// Judges the parameters of one request, one after the other.
class PairCheck {
 public:
  // nullptr, or why the request is refused.
  const char* Add(std::string_view name, std::string_view value);
  // nullptr, or how the parameters so far are too many or too long.
  const char* too_large() const { return too_large_; }

 private:
  size_t pairs_ = 0;
  const char* too_large_ = nullptr;
};

}  // namespace host::wire
