#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/cli/compare/samples.h"
#include "host/cli/manifests.h"
#include "host/cli/migration_text.h"
#include "host/cli/options.h"
#include "host/cli/table.h"
#include "host/migration/figures.h"
#include "host/migration/plan.h"
#include "host/supervisor/config.h"

namespace host {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kExamples[] = R"(Examples:
  fnhost migration status --config /etc/fnhost.json             every route: where it is, how both sides do
  fnhost migration promote thought_get --config ...             one step on, if nothing speaks against it
  fnhost migration promote web_thoughts web_search --to function --config ...   several, in one moment
  fnhost migration promote login --min-requests 0 --config ...  a route that few ask for
  fnhost migration undo thought_get --config ...                back to where it was before, at once
  fnhost migration undo --config ...                            all routes to the old site, at once
  fnhost migration history thought_get --config ...             who moved it when

Takes routes from the monolith (the old site) to their functions step by step:

  monolith -> mirror -> split:10 -> split:50 -> function -> retired

`promote` asks first whether a route may go on, and says what speaks against it: differences in the
last `fnhost compare`, failed or slow requests of the function since the last move (NGINX's access
log). `--force` moves all the same, says what it skips, and writes it to the history.

`retired`: nothing asks the old site for this route any more. `undo NAME` leads back from there too;
`undo` of all leaves retired routes where they are.
Exit 0 done, 1 refused or failed: then nothing was moved.
)";

struct Options {
  std::string config_file;
  std::string action;
  std::vector<std::string> names;
  std::string to;
  bool force = false;
  bool json = false;
  int window_min = 15;
  int compared_within_h = 24;
  int differences = 0;
  int errors_percent = 1;
  int p95_ms = 500;
  int requests = 20;

  PromoteLimits limits() const {
    return {.differences = differences,
            .comparison_age = std::chrono::hours(compared_within_h),
            .errors_percent = static_cast<double>(errors_percent),
            .p95 = std::chrono::milliseconds(p95_ms),
            .least_requests = requests};
  }
};

struct Migration {
  std::string monolith;
  std::vector<MigrationRow> rows;  // of the names that were given, else of all
  LogFigures figures;
};

std::expected<Json, std::string> Ask(const Options& options, Json request) {
  request["command"] = "migration";
  request["by"] = UserName();
  return AskHost({.config_file = options.config_file, .socket = ""}, request);
}

// What the host, the manifests and the access log say.
std::expected<Migration, std::vector<std::string>> Look(const Options& options, bool since_move) {
  const auto config = ReadHostConfig(options.config_file);
  if (!config) return std::unexpected(config.error());
  const auto manifests = ManifestsOf(*config);
  if (!manifests) return std::unexpected(manifests.error());
  const auto answer = Ask(options, {});
  if (!answer) return std::unexpected(std::vector{answer.error()});
  Migration all{.monolith = answer->at("monolith"), .rows = {}, .figures = {}};
  std::map<std::string, WallTime> from;
  for (const auto& route : answer->at("routes")) {
    MigrationRow row = RowOf(route);
    const auto& name = row.facts.name;
    if (!options.names.empty() && std::ranges::find(options.names, name) == options.names.end()) {
      continue;
    }
    const auto manifest = std::ranges::find(*manifests, name, &Manifest::name);
    row.facts.serves_get =
        manifest != manifests->end() && std::ranges::any_of(manifest->routes, ServesGet);
    const auto moved = ParseUtc(row.moved_at);
    if (since_move && moved) from[name] = *moved;
    all.rows.push_back(std::move(row));
  }
  for (const auto& name : options.names) {
    if (std::ranges::none_of(all.rows, [&](const auto& row) { return row.facts.name == name; })) {
      return std::unexpected(std::vector{"there is no function " + name});
    }
  }
  all.figures = ReadFigures(
      config->nginx.prefix + "/access.log",
      std::chrono::system_clock::now() - std::chrono::minutes(options.window_min), from);
  for (auto& row : all.rows) row.facts.figures = all.figures.routes[row.facts.name];
  return all;
}

int Print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? 0 : Fail("cannot write to stdout");
}

int Status(const Options& options) {
  const auto all = Look(options, false);
  if (!all) return Fail(all.error());
  if (options.json) {
    return Print(MigrationJson(all->monolith, all->rows, all->figures).dump() + "\n");
  }
  return Print(MigrationTable(all->monolith, all->rows, all->figures,
                              std::chrono::system_clock::now(), TerminalWidth(1)));
}

// Moves, and says so: the host's answer to a command that moved routes.
int Say(const Options& options, const std::expected<Json, std::string>& answer) {
  if (!answer) return Fail(answer.error());
  for (const auto& fault : answer->at("faults")) {
    Fail("moved, but it is not in the history: " + fault.get<std::string>());
  }
  if (options.json) return Print(Json{{"routes", answer->at("routes")}}.dump() + "\n");
  std::string text;
  for (const auto& route : answer->at("routes")) {
    const auto was = route.at("was").get<std::string>();
    const auto to = route.at("to").get<std::string>();
    if (was != to)
      text += fmt::format("{}: {} -> {}\n", route.at("name").get<std::string>(), was, to);
  }
  return Print(text.empty() ? "all routes were there already\n" : text);
}

int Promote(const Options& options) {
  std::optional<RouteTarget> to;
  if (!options.to.empty()) to = ParseTarget(options.to).value();
  const auto all = Look(options, true);
  if (!all) return Fail(all.error());
  Json moves = Json::object();
  std::vector<std::string> against;
  std::string skipped;
  for (const auto& row : all->rows) {
    const auto plan =
        PlanPromotion(row.facts, to, options.limits(), std::chrono::system_clock::now());
    if (!plan) return Fail(plan.error());
    moves[row.facts.name] = ToText(plan->to);
    for (const auto& line : plan->against) {
      against.push_back(fmt::format("{} {} {}: {}", row.facts.name,
                                    options.force ? "goes in spite of it to" : "does not go to",
                                    ToText(plan->to), line));
      skipped += (skipped.empty() ? "" : "; ") + row.facts.name + ": " + line;
    }
  }
  for (const auto& line : against) std::fprintf(stderr, "fnhost: %s\n", line.c_str());
  if (!against.empty() && !options.force) return Fail("nothing was moved; --force skips all this");
  return Say(options, Ask(options, {{"move", moves}, {"note", skipped}}));
}

int Undo(const Options& options) {
  const auto answer = Ask(options, {{"undo", options.names}});
  const int exit_code = Say(options, answer);
  if (!answer || !options.names.empty()) return exit_code;
  const auto table = Ask(options, {});
  if (!table) return exit_code;
  for (const auto& route : table->at("routes")) {
    if (route.at("to") != "retired") continue;
    const auto name = route.at("name").get<std::string>();
    std::fprintf(stderr, "fnhost: %s is retired and stays: fnhost migration undo %s\n",
                 name.c_str(), name.c_str());
  }
  return exit_code;
}

int History(const Options& options) {
  const auto config = ReadHostConfig(options.config_file);
  if (!config) return Fail(config.error());
  auto moves = RouteJournal::Moves(RouteJournalFile(*config));
  if (!moves) return Fail(moves.error());
  if (!options.names.empty()) {
    std::erase_if(*moves, [&](const auto& move) {
      return std::ranges::find(options.names, move.name) == options.names.end();
    });
  }
  return Print(HistoryText(*moves));
}

int Run(const Options& options) {
  if (options.action == "promote") {
    if (options.names.empty()) {
      Fail("promote needs the names of the functions");
      return 2;
    }
    if (const auto to = ParseTarget(options.to); !options.to.empty() && !to) {
      Fail("--to " + options.to + ": " + to.error());
      return 2;
    }
    return Promote(options);
  }
  if (options.action == "undo") return Undo(options);
  return options.action == "history" ? History(options) : Status(options);
}

}  // namespace

void AddMigration(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "migration", "Take routes from the monolith to functions, step by step")
      .Examples(kExamples)
      .OneOf("action", options->action, {"status", "promote", "undo", "history"}, "What to do",
             Command::kRequired)
      .Texts("name", options->names, "NAME", "Functions; without any: all (not for promote)")
      .Text("--to", options->to, "TARGET", "promote: to this step instead of the next one")
      .Flag("--force", options->force, "promote: in spite of what speaks against it")
      .Number("--max-differences", options->differences,
              "promote: paths of the last comparison that may differ (0)")
      .Number("--compared-within", options->compared_within_h,
              "promote: how many hours old that comparison may be (24)", 1)
      .Number("--max-errors", options->errors_percent,
              "promote: percent of the function's requests that may fail (1)", 0, 100)
      .Number("--max-p95", options->p95_ms,
              "promote: milliseconds within which 95 % of them must be answered (500)", 1)
      .Number("--min-requests", options->requests,
              "promote: how many of them it takes to judge (20)")
      .Number("--window", options->window_min, "How many minutes of requests count (15)", 1, 1440)
      .Flag("--json", options->json, "One JSON object")
      .Config(options->config_file)
      .Run([options] { return Run(*options); });
}

}  // namespace host
