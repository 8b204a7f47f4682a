#include "host/routing/ladder.h"

namespace host {
namespace {

using Kind = RouteTarget::Kind;

constexpr int kFew = 10;
constexpr int kHalf = 50;

Step Moved(Step step, int by) { return static_cast<Step>(static_cast<int>(step) + by); }

}  // namespace

Step StepOf(const RouteTarget& target) {
  switch (target.kind) {
    case Kind::kMonolith:
      return Step::kMonolith;
    case Kind::kMirror:
      return Step::kMirror;
    case Kind::kSplit:
      return target.percent == 0      ? Step::kMonolith
             : target.percent < kHalf ? Step::kSplitFew
             : target.percent < 100   ? Step::kSplitHalf
                                      : Step::kFunction;
    case Kind::kFunction:
    case Kind::kAuto:
      return Step::kFunction;
    case Kind::kRetired:
      return Step::kRetired;
  }
  return Step::kMonolith;
}

RouteTarget TargetOf(Step step) {
  switch (step) {
    case Step::kMonolith:
      return {Kind::kMonolith, 0};
    case Step::kMirror:
      return {Kind::kMirror, 0};
    case Step::kSplitFew:
      return {Kind::kSplit, kFew};
    case Step::kSplitHalf:
      return {Kind::kSplit, kHalf};
    case Step::kFunction:
      return {Kind::kFunction, 0};
    case Step::kRetired:
      return {Kind::kRetired, 0};
  }
  return {};
}

std::optional<RouteTarget> StepOn(const RouteTarget& target, bool serves_get) {
  const Step step = StepOf(target);
  if (step == Step::kRetired) return std::nullopt;
  if (step == Step::kMonolith && !serves_get) return TargetOf(Step::kSplitFew);
  return TargetOf(Moved(step, 1));
}

std::optional<RouteTarget> StepBack(const RouteTarget& target) {
  const Step step = StepOf(target);
  if (step == Step::kMonolith) return std::nullopt;
  return TargetOf(Moved(step, -1));
}

}  // namespace host
