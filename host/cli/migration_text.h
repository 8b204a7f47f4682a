// What `fnhost migration` says to people and programs. Pure.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "host/migration/figures.h"
#include "host/migration/plan.h"

namespace host {

// One row of the table: a route as the host knows it, and its figures.
struct MigrationRow {
  RouteFacts facts;
  std::string moved_at;  // UtcText; "" when nobody has moved it
  std::string moved_by;
};

// A row of an answer of the host (host/routing/migration_command.h), without figures.
MigrationRow RowOf(const nlohmann::ordered_json& route);

// A line about the monolith and the time that is counted, then a row per route, cut at `width`
// characters (0: not).
std::string MigrationTable(const std::string& monolith, const std::vector<MigrationRow>& rows,
                           const LogFigures& figures, WallTime now, size_t width);
nlohmann::ordered_json MigrationJson(const std::string& monolith,
                                     const std::vector<MigrationRow>& rows,
                                     const LogFigures& figures);

// "2026-11-28T09:00:00Z  login  mirror -> split:10  promote by alice  (skipped: ...)" for each.
std::string HistoryText(const std::vector<RouteMove>& moves);

}  // namespace host
