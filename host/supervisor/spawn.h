// A worker's process: its environment (pure) and its start.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "host/manifest/manifest.h"
#include "host/scoreboard/scoreboard.h"
#include "host/supervisor/config.h"
#include "host/supervisor/fd.h"

namespace host {

using Variables = std::map<std::string, std::string>;

// The number of the pipe's end in the worker where it writes 'R' when it is ready
// (FNHOST_READY_FD).
inline constexpr int kReadyFd = 3;
// And of its scoreboard (FNHOST_SCOREBOARD_FD).
inline constexpr int kScoreboardFd = 4;

// All that the worker finds in its environment: what the manifest says, FNHOST_RUN_DIR (by which a
// later supervisor knows whose worker it is), the configuration's "environment" and "needs", and
// PATH, TZ, LANG, FNHOST_LOG_LEVEL of ours (`own`). The error names a need that the configuration
// does not know.
std::expected<Variables, std::string> WorkerEnvironment(
    const HostConfig& config, const Manifest& manifest,
    const std::function<std::optional<std::string>(const char*)>& own);

struct Process {
  pid_t pid = -1;
  Fd pidfd;  // readable once the process has ended; signals through it never meet another process
  Fd ready;  // non-blocking
  Scoreboard board;
};

// Starts `binary` in its own process group (a Ctrl-C on the terminal is the supervisor's to
// handle), with `socket` as fd 0, our stderr as fd 1 and 2, kReadyFd, kScoreboardFd (for `threads`
// threads; `slow` as in Scoreboard::Create), and no other descriptor; all signals at their
// defaults. The child must be reaped by the caller.
std::expected<Process, std::string> Spawn(const std::string& binary, const Variables& environment,
                                          int socket, int threads, std::chrono::milliseconds slow);

}  // namespace host
