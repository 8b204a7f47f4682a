// How much memory a process has for itself.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace host {

// Resident memory that no file and no other process backs, in KiB, from /proc/PID/statm: one small
// read, no walk over the page tables. 0 when there is no such process.
int64_t PrivateMemoryKb(pid_t pid);

}  // namespace host
