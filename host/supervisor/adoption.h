// Workers of a supervisor that died, as its keeper remembers them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/supervisor/launch.h"
#include "host/supervisor/spawn.h"

namespace host {

// Keys of what the keeper keeps.
std::string SocketKey(std::string_view function);
std::string WorkerKey(std::string_view function, pid_t pid);

// What is kept beside a worker's scoreboard.
std::string WorkerMetadata(const Launch& launch, pid_t pid);

struct OldWorker {
  std::string function;
  std::string revision;
  Process process;  // without a ready pipe
};

// The worker that the metadata speak of, `board` being its scoreboard. Nothing when it has gone, is
// not ready, or is leaving: then it is no loss.
std::optional<OldWorker> FindOldWorker(std::string_view metadata, Fd board);

}  // namespace host
