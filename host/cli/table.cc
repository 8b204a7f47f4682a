#include "host/cli/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace host {
namespace {

constexpr size_t kColumns = 8;
using Row = std::array<std::string, kColumns>;

std::string Pids(const FunctionStatus& function) {
  std::string text;
  for (const WorkerStatus& worker : function.workers) {
    text += fmt::format("{}{}", text.empty() ? "" : " ", worker.pid);
    if (worker.state != "ready") text += fmt::format(" ({})", worker.state);
  }
  return text.empty() ? "-" : text;
}

std::string State(const FunctionStatus& function) {
  if (!function.fault.empty()) return "broken";
  if (function.next_start_s >= 0) return fmt::format("backing off {:.1f} s", function.next_start_s);
  if (function.draining > 0) return "draining";
  if (function.ready < function.wanted) return "starting";
  return "ready";
}

Row RowOf(const FunctionStatus& function) {
  double oldest = -1;
  for (const WorkerStatus& worker : function.workers) oldest = std::max(oldest, worker.uptime_s);
  std::string last = function.fault;
  if (last.empty() && !function.last_exit.empty()) {
    last = fmt::format("{}, {} ago", function.last_exit, Duration(function.last_exit_s_ago));
  }
  return {function.name,
          function.mode.empty() ? "-" : function.mode,
          fmt::format("{}/{}", function.ready, function.wanted),
          State(function),
          std::to_string(function.restarts),
          oldest < 0 ? "-" : Duration(oldest),
          Pids(function),
          last.empty() ? "-" : last};
}

}  // namespace

std::string Duration(double seconds) {
  const auto s = static_cast<int64_t>(seconds);
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} m {} s", s / 60, s % 60);
  if (s < 86400) return fmt::format("{} h {} m", s / 3600, s / 60 % 60);
  return fmt::format("{} d {} h", s / 86400, s / 3600 % 24);
}

std::string StatusTable(const HostStatus& status) {
  std::vector<Row> rows = {
      {"FUNCTION", "MODE", "READY", "STATE", "RESTARTS", "UPTIME", "PIDS", "LAST EXIT"}};
  for (const FunctionStatus& each : status.functions) rows.push_back(RowOf(each));

  std::string text =
      fmt::format("fnhost {} {}, process {}, up {}{}\n", status.version, status.state, status.pid,
                  Duration(status.uptime_s),
                  status.leftovers == 0
                      ? ""
                      : fmt::format(", {} workers of a dead supervisor left", status.leftovers));
  for (const Row& row : rows) {
    std::string line;
    for (size_t column = 0; column < kColumns; ++column) {
      size_t width = 0;
      for (const Row& each : rows) width = std::max(width, each[column].size());
      line += fmt::format("{:<{}}", row[column], column + 1 < kColumns ? width + 2 : 0);
    }
    text += line + "\n";
  }
  return text;
}

}  // namespace host
