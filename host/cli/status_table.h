// The status for people.
#pragma once

#include <string>

#include "host/supervisor/status.h"

namespace host {

// A line about the host, a row per function, and below what the last deploys have to say. Lines are
// cut at `width` characters (0: they are not).
std::string StatusTable(const HostStatus& status, size_t width);

// One function, a row per worker.
std::string FunctionTable(const FunctionStatus& function, size_t width);

// One word or two: ready, idle, starting, draining, deploying REVISION, backing off 0.4 s, broken.
std::string StateOf(const FunctionStatus& function);

}  // namespace host
