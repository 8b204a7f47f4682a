// The steps that a route takes from a monolith to its function, in order. Pure.
//
//   monolith -> mirror -> split:10 -> split:50 -> function -> retired
//
// A target between two steps counts as the lower one: split:30 as split:10; auto counts as
// function. A function that serves no GET has nothing to mirror, so its ladder has no such step.
#pragma once

#include <optional>

#include "host/routing/route_target.h"

namespace host {

enum class Step { kMonolith, kMirror, kSplitFew, kSplitHalf, kFunction, kRetired };

Step StepOf(const RouteTarget& target);
RouteTarget TargetOf(Step step);

// One step on; nothing when it is retired.
std::optional<RouteTarget> StepOn(const RouteTarget& target, bool serves_get);
// One step back; nothing when it is at the monolith.
std::optional<RouteTarget> StepBack(const RouteTarget& target);

}  // namespace host
