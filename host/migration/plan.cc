#include "host/migration/plan.h"

#include <fmt/format.h>

namespace host {
namespace {

using Lines = std::vector<std::string>;

void JudgeComparison(const RouteFacts& route, const PromoteLimits& limits, WallTime now,
                     Lines& against) {
  if (!route.serves_get) return;
  if (!route.comparison) {
    against.push_back(fmt::format("it was not compared yet: fnhost compare {}", route.name));
    return;
  }
  const auto& found = *route.comparison;
  const auto at = ParseUtc(found.at);
  if (!at || now - *at > limits.comparison_age) {
    against.push_back(fmt::format(
        "its last comparison ({}) is more than {} hours old (--compared-within): fnhost compare {}",
        found.at, std::chrono::duration_cast<std::chrono::hours>(limits.comparison_age).count(),
        route.name));
  }
  if (found.failed > 0) {
    against.push_back(fmt::format("{} of {} paths of its last comparison were not answered by both",
                                  found.failed, found.compared));
  }
  if (found.different > limits.differences) {
    against.push_back(
        fmt::format("{} of {} paths were answered differently, allowed are {} "
                    "(--max-differences)",
                    found.different, found.compared, limits.differences));
  }
}

void JudgeFigures(const RouteFacts& route, const PromoteLimits& limits, Lines& against) {
  const SideFigures& function = route.figures.function;
  if (function.requests < limits.least_requests) {
    against.push_back(
        fmt::format("the function has answered {} requests since the last move, needed are {} "
                    "(--min-requests)",
                    function.requests, limits.least_requests));
  }
  if (function.error_rate() * 100 > limits.errors_percent) {
    against.push_back(fmt::format(
        "{} of {} requests of the function failed ({:.2f} %), allowed are {:g} % "
        "(--max-errors)",
        function.errors, function.requests, function.error_rate() * 100, limits.errors_percent));
  }
  if (function.p95_s * 1000 > static_cast<double>(limits.p95.count())) {
    against.push_back(fmt::format("the function's p95 is {:.0f} ms, allowed are {} ms (--max-p95)",
                                  function.p95_s * 1000, limits.p95.count()));
  }
}

}  // namespace

std::expected<Promotion, std::string> PlanPromotion(const RouteFacts& route,
                                                    const std::optional<RouteTarget>& to,
                                                    const PromoteLimits& limits, WallTime now) {
  const auto next = to ? to : StepOn(route.target, route.serves_get);
  if (!next) return std::unexpected(route.name + " is retired: there is no step on");
  const Step from = StepOf(route.target);
  const Step step = StepOf(*next);
  const bool larger_share = step == from && next->kind == RouteTarget::Kind::kSplit &&
                            next->percent > route.target.percent;
  if (step <= from && !larger_share) {
    return std::unexpected(fmt::format("{} is at {}: {} is no step on. Back: fnhost migration undo",
                                       route.name, ToText(route.target), ToText(*next)));
  }
  Promotion promotion{.to = *next, .against = {}};
  if (step == Step::kMirror) return promotion;
  if (!route.able) promotion.against.push_back("the function cannot serve: fnhost status");
  if (step != Step::kRetired || from < Step::kSplitFew) {
    JudgeComparison(route, limits, now, promotion.against);
  }
  if (step > Step::kSplitFew) JudgeFigures(route, limits, promotion.against);
  if (step == Step::kRetired && from == Step::kFunction && route.figures.monolith.requests > 0) {
    promotion.against.push_back(
        fmt::format("the monolith answered {} of its requests", route.figures.monolith.requests));
  }
  return promotion;
}

std::string StateOf(const RouteTarget& target, const std::optional<RouteComparison>& comparison) {
  switch (StepOf(target)) {
    case Step::kMonolith:
    case Step::kMirror:
      return comparison ? "compared" : "monolith";
    case Step::kSplitFew:
    case Step::kSplitHalf:
      return "split";
    case Step::kFunction:
      return "moved";
    case Step::kRetired:
      return "retired";
  }
  return "";
}

}  // namespace host
