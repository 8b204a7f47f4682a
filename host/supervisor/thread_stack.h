// The stack of one thread of another process, seen from outside by ptrace(2): it works for a thread
// that spins, waits for a lock or for the database, and the process needs no code for it.
//
// The thread stands still meanwhile (some milliseconds). Allowed for a child of this process (and
// for root); a container may forbid ptrace: then the error says so. Blocks (as long as the thread
// is stuck in the kernel), so call it from a thread of its own, one at a time.
//
// A process that dies meanwhile can be reaped by its parent as ever, unless `thread` was its first:
// then its exit may be taken here.
#pragma once

#include <sys/types.h>

#include <expected>
#include <string>
#include <vector>

namespace host {

// `thread` is one of `process`. Frames from the innermost outwards, at most 64:
// "function(arguments)+0x1a (program)", or the address where the program has no name for it.
std::expected<std::vector<std::string>, std::string> ThreadStack(pid_t process, pid_t thread);

}  // namespace host
