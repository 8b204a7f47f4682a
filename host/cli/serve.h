// The life of a running host: its parts, built and handed to each other.
#pragma once

#include "host/base/log.h"
#include "host/supervisor/config.h"
#include "host/supervisor/fd.h"
#include "host/supervisor/functions.h"

namespace host {

// Serves until SIGTERM or SIGINT comes through `signals` (signalfd) and everything is drained.
// Returns the exit code: 0, or 1 when it could not start, and has said why in the log.
int Serve(const HostConfig& config, const Functions& functions, Fd signals, const Log& log);

}  // namespace host
