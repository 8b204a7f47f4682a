// JSON strings without a tree: for log lines and for answers on the hot path.
#pragma once

#include <string>
#include <string_view>

namespace host {

// Appends `text` as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD, so the
// line always parses.
void AppendJsonString(std::string& out, std::string_view text);

std::string JsonString(std::string_view text);

}  // namespace host
