// The status for people.
#pragma once

#include <string>

#include "host/supervisor/status.h"

namespace host {

// "12 s", "3 m 20 s", "5 h 2 m", "9 d 1 h".
std::string Duration(double seconds);

// A line about the host, then a row per function.
std::string StatusTable(const HostStatus& status);

}  // namespace host
