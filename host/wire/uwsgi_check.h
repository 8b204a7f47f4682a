// What stands at the head of a uwsgi connection, judged from peeked bytes.
//
// The uwsgi protocol: modifier1 (0 for a request), the size of the parameters (16 bits, little end
// first), modifier2 (0), then pairs of name and value, each with a 16-bit length before it; after
// the packet a body of CONTENT_LENGTH bytes. One request a connection; the answer is unframed and
// ends with it.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "host/wire/check.h"

namespace host::wire {

constexpr size_t kUwsgiHeaderBytes = 4;

struct UwsgiCheck {
  Verdict verdict = Verdict::kMore;  // never kManagement or kAbort
  const char* why = "";
  size_t head_bytes = 0;  // kRequest: where the body begins
};

// kRequest when the head is whole and well-formed and its body is there, or kStreamAfterBytes.
UwsgiCheck CheckUwsgi(std::string_view peeked);

// The pairs of a head that CheckUwsgi found good, as "NAME=value", rewritten in place.
std::vector<std::string_view> UwsgiPairs(std::span<char> head);

}  // namespace host::wire
