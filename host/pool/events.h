// What a pool is told, and what it asks for.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/pool/rules.h"
#include "host/pool/worker.h"

namespace host {

// ---- Events
struct Tick {};  // time went by
struct WorkerReady {
  WorkerId id;
};
struct WorkerGone {
  WorkerId id;
  bool by_sigkill = false;
};
struct StartFailed {  // no process came to be
  WorkerId id;
};
struct RequestWaits {};  // in the socket of a pool without workers
struct LoadSeen {
  std::vector<WorkerLoad> workers;
  bool backlog = false;  // somebody waits in the socket
};
struct Deploy {
  std::string revision;
  PoolRules rules;
};
struct Scale {
  int min;
  int max;
};
struct Drain {};  // for good: nothing is started any more
struct Kill {};   // Drain without patience
using PoolEvent = std::variant<Tick, WorkerReady, WorkerGone, StartFailed, RequestWaits, LoadSeen,
                               Deploy, Scale, Drain, Kill>;

// ---- Actions
struct StartWorker {
  WorkerId id;
  std::string revision;
};
struct SignalWorker {
  WorkerId id;
  int signal;
  std::string_view why;  // for the log; lives as long as the program, as all of these do
};
// The revision serves; those before it are being drained.
struct Deployed {
  std::string revision;
  std::string previous;
};
struct DeployFailed {  // and the revision before goes on
  std::string revision;
  std::string_view why;
};
struct OldGone {};  // the last worker of another revision has left
// The current revision crashes more than the one before did: that one is being deployed again.
struct FallsBack {
  std::string from;
  std::string to;
};
using PoolAction =
    std::variant<StartWorker, SignalWorker, Deployed, DeployFailed, OldGone, FallsBack>;

}  // namespace host
