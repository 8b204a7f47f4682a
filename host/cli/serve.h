// The life of a running host: its parts, built and handed to each other.
#pragma once

#include "host/base/log.h"
#include "host/supervisor/config.h"
#include "host/supervisor/fd.h"
#include "host/supervisor/functions.h"
#include "host/supervisor/supervisor.h"

namespace host {

// What a process that serves needs before any thread starts: descriptors 0 to 2 exist, as many as
// may be can be open, and signals become readable by what is given back (signalfd).
Fd PrepareProcess();

// Each fault a line of the log; returns 1.
int Refuse(const Log& log, const std::vector<std::string>& faults);

// Serves until SIGTERM or SIGINT comes through `signals` and everything is drained. With an address
// of its own nothing is kept for a supervisor after this one: it is a container's first process,
// and all ends with it. Returns the exit code: 0, or 1 when it could not start, and has said why in
// the log.
int Serve(const HostConfig& config, const Functions& functions, Fd signals, const Log& log,
          OwnAddress* own_address = nullptr);

}  // namespace host
