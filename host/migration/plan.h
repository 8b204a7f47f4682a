// Whether a route may go a step on from the monolith to its function. Pure: what is known of the
// route, its figures and the limits in; where it goes, and what speaks against it, out.
//
//   to mirror      nothing is asked: the monolith goes on answering
//   to any share   the function can serve; it answers as the monolith does (a comparison that is
//                  not too old, with few differences), unless it serves no GET
//   from a share   as well: what the function answered since the route's last move: enough
//                  requests, few errors, fast
//   to retired     the same, and the monolith answered nothing of it since
//
// Steps may be left out (monolith -> function); then what is asked of the steps in between is asked
// all the same: the figures have to come from somewhere, so this takes `least_requests` 0.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.h"
#include "host/migration/figures.h"
#include "host/routing/ladder.h"
#include "host/routing/route_journal.h"

namespace host {

struct PromoteLimits {
  int differences = 0;                          // paths of the last comparison that may differ
  std::chrono::seconds comparison_age{86'400};  // how old it may be
  double errors_percent = 1;
  std::chrono::milliseconds p95{500};
  int least_requests = 20;  // of the function, to judge by
};

struct RouteFacts {
  std::string name;
  RouteTarget target;
  bool serves_get = true;
  bool able = true;
  std::optional<RouteComparison> comparison;
  RouteFigures figures;  // since its last move, at most as long as the window
};

struct Promotion {
  RouteTarget to;
  std::vector<std::string> against;  // a line each, with the option that would change it
};

// `to`: nothing for the next step. The error: there is no such step on.
std::expected<Promotion, std::string> PlanPromotion(const RouteFacts& route,
                                                    const std::optional<RouteTarget>& to,
                                                    const PromoteLimits& limits, WallTime now);

// "monolith", "compared", "split", "moved" or "retired".
std::string StateOf(const RouteTarget& target, const std::optional<RouteComparison>& comparison);

}  // namespace host
