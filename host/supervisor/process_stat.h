// What the kernel tells of a process (proc(5)); each is one small read.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace host {

// Resident memory that no file and no other process backs, in KiB, from /proc/PID/statm: one small
// read, no walk over the page tables. 0 when there is no such process.
int64_t PrivateMemoryKb(pid_t pid);

// How often its threads have gone to sleep: grows whenever the process does something. 0 when there
// is no such process.
int64_t Wakeups(pid_t pid);

// When it was started, in the kernel's ticks: with the pid it names one process for ever. 0 when
// there is no such process.
int64_t StartTime(pid_t pid);

}  // namespace host
