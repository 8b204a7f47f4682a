// The life of a worker process: set up from the environment, ready, serving, draining on SIGTERM,
// gone.
#pragma once

#include "host/function/answer.h"

namespace host {

// main() of a function's binary. The listening socket is descriptor 0. Returns the exit code: 0
// after a drain, 1 when it could not start, 2 for wrong usage (told on stderr).
int RunWorker(int argc, char** argv, Handler handler);

}  // namespace host
