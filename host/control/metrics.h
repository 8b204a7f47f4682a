// Prometheus text of the supervisor's status.
//
// Names and units as https://prometheus.io/docs/practices/naming/ asks: counters end in _total and
// never go down while the supervisor lives, times are seconds, memory bytes. Labels take few
// values: method and code come from the scoreboard's fixed sets, revisions are those a function
// runs, rolls back to, or has workers of. Counters of older revisions are no longer shown (their
// series end, which no rate() minds); durations are summed over all revisions.
#pragma once

#include <optional>
#include <string>

#include "host/control/database_check.h"
#include "host/supervisor/revision_counters.h"
#include "host/supervisor/status.h"

namespace host {

// `database`: nothing when the configuration names none.
std::string MetricsText(const HostStatus& status, const CountersByFunction& counters,
                        const std::optional<DatabaseState>& database);

}  // namespace host
