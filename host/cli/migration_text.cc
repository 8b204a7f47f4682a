#include "host/cli/migration_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/cli/table.h"

namespace host {
namespace {

using Json = nlohmann::ordered_json;

std::string Ago(const std::string& at, WallTime now) {
  const auto time = ParseUtc(at);
  if (!time) return "-";
  return Duration(std::chrono::duration<double>(now - *time).count());
}

std::string Share(const RouteTarget& target) {
  switch (StepOf(target)) {
    case Step::kMonolith:
    case Step::kMirror:
      return "0 %";
    case Step::kSplitFew:
    case Step::kSplitHalf:
      return fmt::format("{} %", target.percent);
    case Step::kFunction:
    case Step::kRetired:
      return "100 %";
  }
  return "";
}

std::string Errors(const SideFigures& side) {
  return side.requests == 0 ? "-" : fmt::format("{:.2f} %", side.error_rate() * 100);
}

std::string Differences(const MigrationRow& row) {
  if (!row.facts.serves_get) return "no GET";
  if (!row.facts.comparison) return "-";
  const auto& found = *row.facts.comparison;
  std::string text = fmt::format("{}/{}", found.different, found.compared);
  if (found.failed > 0) text += fmt::format(" ({} failed)", found.failed);
  return text;
}

std::vector<std::string> Cells(const MigrationRow& row, WallTime now) {
  const RouteFacts& facts = row.facts;
  const auto& [function, monolith] = facts.figures;
  return {facts.name,
          StateOf(facts.target, facts.comparison),
          ToText(facts.target),
          Share(facts.target),
          Count(function.requests),
          Errors(function),
          Latency(function.p95_s),
          Count(monolith.requests),
          Errors(monolith),
          Latency(monolith.p95_s),
          Differences(row),
          facts.comparison ? Ago(facts.comparison->at, now) : "-",
          row.moved_at.empty() ? "-" : Ago(row.moved_at, now)};
}

Json ToJson(const SideFigures& side) {
  Json tree = {{"requests", side.requests}, {"errors", side.errors}, {"p95_s", nullptr}};
  if (side.p95_s >= 0) tree["p95_s"] = side.p95_s;
  return tree;
}

Json ToJson(const MigrationRow& row) {
  const RouteFacts& facts = row.facts;
  Json tree = {{"name", facts.name},
               {"state", StateOf(facts.target, facts.comparison)},
               {"to", ToText(facts.target)},
               {"able", facts.able},
               {"serves_get", facts.serves_get},
               {"function", ToJson(facts.figures.function)},
               {"monolith", ToJson(facts.figures.monolith)},
               {"comparison", nullptr},
               {"moved", nullptr}};
  if (const auto& found = facts.comparison) {
    tree["comparison"] = {{"at", found->at},
                          {"compared", found->compared},
                          {"different", found->different},
                          {"failed", found->failed}};
  }
  if (!row.moved_at.empty()) tree["moved"] = {{"at", row.moved_at}, {"by", row.moved_by}};
  return tree;
}

}  // namespace

MigrationRow RowOf(const Json& route) {
  MigrationRow row;
  row.facts.name = route.at("name");
  row.facts.target = ParseTarget(route.at("to").get<std::string>()).value();
  row.facts.able = route.at("able");
  if (route.contains("compared")) {
    const auto& found = route["compared"];
    row.facts.comparison = RouteComparison{.at = found.at("at"),
                                           .name = row.facts.name,
                                           .by = "",
                                           .compared = found.at("compared"),
                                           .different = found.at("different"),
                                           .failed = found.at("failed")};
  }
  if (route.contains("moved")) {
    row.moved_at = route["moved"].at("at");
    row.moved_by = route["moved"].at("by");
  }
  return row;
}

std::string MigrationTable(const std::string& monolith, const std::vector<MigrationRow>& rows,
                           const LogFigures& figures, WallTime now, size_t width) {
  Table table{.columns = {{"ROUTE"},
                          {"STATE"},
                          {"TO"},
                          {"SHARE", true},
                          {"NEW: REQ", true},
                          {"ERRORS", true},
                          {"P95", true},
                          {"OLD: REQ", true},
                          {"ERRORS", true},
                          {"P95", true},
                          {"DIFFERENT", true},
                          {"COMPARED", true},
                          {"MOVED", true}},
              .rows = {}};
  for (const auto& row : rows) table.rows.push_back(Cells(row, now));
  const std::string head =
      fmt::format("monolith {}; requests of the last {}{}\n", monolith,
                  Duration(std::chrono::duration<double>(now - figures.since).count()),
                  figures.whole ? "" : ", as far as the access log was read");
  return head + table.Text(width);
}

Json MigrationJson(const std::string& monolith, const std::vector<MigrationRow>& rows,
                   const LogFigures& figures) {
  Json tree = {{"monolith", monolith},
               {"since", UtcText(figures.since)},
               {"whole", figures.whole},
               {"routes", Json::array()}};
  for (const auto& row : rows) tree["routes"].push_back(ToJson(row));
  return tree;
}

std::string HistoryText(const std::vector<RouteMove>& moves) {
  std::string text;
  for (const auto& move : moves) {
    text += Cut(fmt::format("{}  {}  {} -> {}  {} by {}{}", move.at, move.name, move.from, move.to,
                            ToText(move.how), move.by,
                            move.note.empty() ? "" : "  (skipped: " + move.note + ")"),
                0) +
            "\n";
  }
  return text;
}

}  // namespace host
