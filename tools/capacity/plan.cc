#include "tools/capacity/plan.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace capacity {
namespace {

int Ceil(double number) { return static_cast<int>(std::ceil(number - 1e-9)); }

const Cost& CostOf(const Costs& costs, const std::string& kind) {
  const auto found = costs.kinds.find(kind);
  if (found == costs.kinds.end()) throw std::invalid_argument("no cost of \"" + kind + "\"");
  return found->second;
}

void RequireWhole(const std::vector<Part>& mix) {
  double sum = 0;
  for (const Part& part : mix) sum += part.share;
  if (std::abs(sum - 1) > 1e-6) throw std::invalid_argument("the shares do not add up to 1");
}

// A primary writes with all its cores, but its replicas replay with one.
int Shards(const Plan& plan, double replay_cores, const Assumptions& assumptions) {
  const double by_primary = plan.write_cores / (assumptions.cores * assumptions.busy);
  const double by_replay = replay_cores / assumptions.busy;
  return std::max(1, Ceil(std::max(by_primary, by_replay)));
}

}  // namespace

Plan Calculate(double rate, const std::vector<Part>& mix, const Costs& costs,
               const Assumptions& assumptions) {
  RequireWhole(mix);
  Plan plan{.rate = rate};
  double one_shard = 0;
  double all_shards = 0;
  for (const Part& part : mix) {
    const Cost& cost = CostOf(costs, part.kind);
    const double asked = rate * part.share;
    const double kept = part.cacheable ? asked * assumptions.cached : 0;
    const double passed = asked - kept;
    plan.edge_cores += (passed * cost.nginx_us + kept * assumptions.cached_us) / 1e6;
    plan.function_cores += passed * cost.functions_us / 1e6;
    plan.gbit += asked * cost.bytes * 8 / 1e9;
    const double postgres = passed * cost.postgres_us / 1e6;
    if (part.write) {
      plan.writes += passed;
      plan.write_cores += postgres;
    } else {
      (part.asks_all_shards ? all_shards : one_shard) += postgres;
    }
  }
  plan.terabytes_a_day = plan.writes * costs.row_bytes * 86400 / 1e12;
  const double machine = assumptions.cores * assumptions.busy;
  const double replay_cores = plan.writes * costs.replay_us / 1e6;
  plan.shards = Shards(plan, replay_cores, assumptions);
  // Each shard is asked as if it had everything: an index costs about the same when it is smaller.
  plan.read_cores = one_shard + all_shards * plan.shards;
  const double replica = machine - replay_cores / plan.shards;  // what replaying leaves free
  plan.replicas = std::max(1, Ceil(plan.read_cores / plan.shards / replica));
  plan.edges = std::max({assumptions.least, Ceil(plan.edge_cores / machine),
                         Ceil(plan.gbit / (assumptions.edge_gbit * assumptions.busy))});
  plan.function_machines = std::max(assumptions.least, Ceil(plan.function_cores / machine));
  return plan;
}

std::vector<Part> ReadersMix() {
  return {
      {.kind = "list", .share = 0.40, .asks_all_shards = true, .cacheable = true},
      {.kind = "get", .share = 0.33, .cacheable = true},
      {.kind = "own_list", .share = 0.10},
      {.kind = "page", .share = 0.10, .asks_all_shards = true, .cacheable = true},
      {.kind = "search", .share = 0.05, .asks_all_shards = true},
      {.kind = "create", .share = 0.02, .write = true},
  };
}

}  // namespace capacity
