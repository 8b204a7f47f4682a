// The system calls on a connection's descriptor that both protocols need.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>

namespace host::wire {

void SetTimeouts(int fd, int io_timeout_ms);

// Looks at up to kPeekBytes without taking them or waiting: how many, -1 when nothing is there,
// 0 when the connection is over.
ssize_t Peek(int fd, std::span<char> scratch);

// Whether the peer has closed. A peek shows what was sent before the peer went, never that it went.
bool PeerIsGone(int fd);

// Takes and forgets what has come; false when the connection is over.
bool Discard(int fd);

// For short answers to a peer that reads: what does not fit at once is not worth waiting for.
void SendNow(int fd, const std::string& bytes);

}  // namespace host::wire
