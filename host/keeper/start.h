// Starts a keeper's process. For keeper_client.cc.
#pragma once

#include <sys/types.h>

#include <expected>
#include <string>

#include "host/supervisor/fd.h"

namespace host::keeper {

struct Started {
  pid_t pid = -1;  // the caller's child
  Fd socket;       // connected to it, non-blocking; the hello is still to come
};

// Puts a fresh socket at `path`, in place of a dead keeper's, and runs `program` on it as
// `fnhost keep PATH`: in a session of its own, so that neither Ctrl-C nor a signal to the
// supervisor's group reaches it, without our environment (but FNHOST_LOG_LEVEL) and descriptors.
// The error is a line for people.
std::expected<Started, std::string> Start(const std::string& path, const std::string& program);

// A connection to the keeper at `path`, non-blocking; else errno's value.
std::expected<Fd, int> Connect(const std::string& path);

}  // namespace host::keeper
