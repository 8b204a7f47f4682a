// The keeper: a small process that holds descriptors for the supervisor over its death, by kill -9
// too. So the functions' listening sockets stay open, with the requests that wait in them, also of
// pools without a worker; and the next supervisor can look into the scoreboards of the workers that
// it takes over. Why this way: docs/decisions/0007-a-keeper-holds-the-sockets.md.
//
// It speaks the packets of packet.h on RUN_DIR/keeper.sock (0600) with one client at a time, its
// owner; others are turned away while that lives. What is malformed is ignored. It never waits for
// a client, holds at most kMostEntries descriptors, and writes nothing but a line when something is
// wrong. It ends when its owner says so, by SIGTERM, or when it has no owner and nobody can find it
// any more because its socket is gone.
#pragma once

#include <string>

namespace host {

// The whole life of the process, on the listening socket at `path` that it was given as descriptor
// 0. Returns its exit code.
int RunKeeper(const std::string& path);

}  // namespace host
