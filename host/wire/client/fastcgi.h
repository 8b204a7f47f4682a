// What a FastCGI client sends, as bytes (FastCGI 1.0, section 3.3).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace host::wire {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// One record; `content` has at most 65535 bytes, `padding` is 0 to 255.
std::string FastcgiRecord(int type, int id, std::string_view content, int padding = 0);

// The BEGIN_REQUEST record. Role 1 is the responder.
std::string FastcgiBegin(int id, bool keep, int role = 1);

// Name-value pairs, without a record around them.
std::string FastcgiPairs(const Pairs& pairs);

// A whole request with id 1, its parameters and body in as many records as they need.
// CONTENT_LENGTH is added when there is a body. With `keep` the peer keeps the connection.
std::string FastcgiRequest(Pairs parameters, std::string_view body, bool keep);

}  // namespace host::wire
