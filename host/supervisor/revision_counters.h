// What was answered, by revision: counters outlive their workers, so that they never go down.
#pragma once

#include <map>
#include <set>
#include <string>

#include "host/scoreboard/counters.h"

namespace host {

using CountersByRevision = std::map<std::string, Counters>;
using CountersByFunction = std::map<std::string, CountersByRevision>;

// The name under which revisions stand together that nobody asks for alone any more. No revision's
// name, which has hexadecimal digits only.
inline constexpr char kOlderRevisions[] = "older";

// Adds the counters of all but the `kept` revisions to kOlderRevisions, so that a thousand deploys
// take no more memory than two. Keep every revision that has workers.
void FoldOlder(CountersByRevision& counters, const std::set<std::string>& kept);

Counters Sum(const CountersByRevision& counters);

}  // namespace host
