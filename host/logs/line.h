// One line of a host's log, for people or programs. Pure: text in, text out.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/log.h"

namespace host {

struct LogView {
  std::string function;  // only lines that name it; "" for all
  Level least = Level::kDebug;
  std::string since;  // only lines with this "ts" or a later one; "" for all
  bool json = false;  // else for people
  bool color = false;
};

// The text to print for one line of the file (without its line break), line breaks included;
// nothing when the view leaves it out.
//
// What is no JSON object (a crash's last words, a foreign program's stderr) counts as an error
// without time and function. For people, control characters and bytes that are not UTF-8 are
// escaped, so that no logged value moves the cursor of a terminal; a field of several lines or
// texts (a stack) stands below its line. For programs, each line is a JSON object: what is none
// becomes
// {"msg": LINE, "raw": true}.
std::optional<std::string> RenderLogLine(std::string_view line, const LogView& view);

// The "ts" of a line of ours, "" for another.
std::string_view TimeOf(std::string_view line);

// "90s", "10m", "2h", "1d": so long before `now`; or a time as in the log, "2026-11-24T05:00:00Z"
// (what is left out counts as 0). Gives it as a "ts"; nothing for another text.
std::optional<std::string> ParseSince(std::string_view text,
                                      std::chrono::system_clock::time_point now);

}  // namespace host
