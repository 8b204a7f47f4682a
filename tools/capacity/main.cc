// capacity: prints the tables of docs/scaling.md. Data on stdout; exit 0 done, 1 failed, 2 wrong
// usage.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tools/capacity/plan.h"

namespace {

using capacity::Assumptions;
using capacity::Costs;
using capacity::Plan;

constexpr const char* kDescription = R"(Examples:
  capacity --costs tools/capacity/costs.json
  capacity --costs mine.json --rate 5000 --cores 8 --busy 0.5

How many machines a rate of requests needs, from what a request costs (./dev bench cpu).)";

Costs Read(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  const auto tree = nlohmann::json::parse(file);
  Costs costs{.kinds = {},
              .replay_us = tree.at("replay_us").get<double>(),
              .row_bytes = tree.at("row_bytes").get<double>()};
  for (const auto& [kind, cost] : tree.at("requests").items()) {
    costs.kinds[kind] = {.nginx_us = cost.at("nginx_us").get<double>(),
                         .functions_us = cost.at("functions_us").get<double>(),
                         .postgres_us = cost.at("postgres_us").get<double>(),
                         .bytes = cost.at("bytes").get<double>()};
  }
  return costs;
}

std::string Thousands(double number) {
  std::string text = fmt::format("{:.0f}", number);
  for (size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

void PrintCosts(const Costs& costs) {
  fmt::print("| request | NGINX | functions | PostgreSQL | together | answer |\n");
  fmt::print("|---|---|---|---|---|---|\n");
  for (const auto& [kind, cost] : costs.kinds) {
    fmt::print("| {} | {} us | {} us | {} us | {} us | {} bytes |\n", kind,
               Thousands(cost.nginx_us), Thousands(cost.functions_us), Thousands(cost.postgres_us),
               Thousands(cost.nginx_us + cost.functions_us + cost.postgres_us),
               Thousands(cost.bytes));
  }
  fmt::print(
      "\nA create costs each replica {} us. A thought takes {} bytes on disk, indexes included.\n",
      Thousands(costs.replay_us), Thousands(costs.row_bytes));
}

void PrintMix() {
  fmt::print("\n| request | share |\n|---|---|\n");
  for (const auto& part : capacity::ReadersMix())
    fmt::print("| {} | {:.0f} % |\n", part.kind, 100 * part.share);
}

void PrintPlans(const std::vector<double>& rates, const Costs& costs, Assumptions assumptions) {
  fmt::print(
      "\n| requests/s | edges keep | NGINX | functions | primaries | replicas of each | machines | "
      "cores busy "
      "(NGINX, functions, reads, writes) | Gbit/s out | writes/s | new on disk a day |\n");
  fmt::print("|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const double rate : rates) {
    for (const double cached : {0.0, 0.9}) {
      assumptions.cached = cached;
      const Plan plan = capacity::Calculate(rate, capacity::ReadersMix(), costs, assumptions);
      fmt::print(
          "| {} | {} | {} | {} | {} | {} | {} | {}, {}, {}, {} | {:.2f} | {} | {:.2f} TB |\n",
          Thousands(rate), cached > 0 ? fmt::format("{:.0f} %", 100 * cached) : "nothing",
          Thousands(plan.edges), Thousands(plan.function_machines), Thousands(plan.shards),
          plan.replicas, Thousands(plan.machines()), Thousands(plan.edge_cores),
          Thousands(plan.function_cores), Thousands(plan.read_cores), Thousands(plan.write_cores),
          plan.gbit, Thousands(plan.writes), plan.terabytes_a_day);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(kDescription, "capacity");
  std::string costs_file;
  std::vector<double> rates{1'000, 100'000, 10'000'000};
  Assumptions assumptions;
  app.add_option("--costs", costs_file, "what a request costs, as ./dev bench cpu prints it")
      ->required();
  app.add_option("--rate", rates, "requests a second")->check(CLI::PositiveNumber);
  app.add_option("--cores", assumptions.cores, "of a machine")->check(CLI::PositiveNumber);
  app.add_option("--busy", assumptions.busy, "the part of a machine's cores that is used")
      ->check(CLI::Range(0.05, 1.0));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    const Costs costs = Read(costs_file);
    PrintCosts(costs);
    PrintMix();
    PrintPlans(rates, costs, assumptions);
    return 0;
  } catch (const std::exception& fault) {
    fmt::print(stderr, "capacity: {}\n", fault.what());
    return 1;
  }
}
