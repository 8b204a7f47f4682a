// What a User-Agent header says, in words. Pure.
#pragma once

#include <string>
#include <string_view>

namespace front {

// "Firefox on Linux", "Safari on an iPhone"; for other programs the name they begin with, "curl";
// "An unknown program" for what tells nothing. What it says need not be true.
std::string ProgramName(std::string_view user_agent);

}  // namespace front
