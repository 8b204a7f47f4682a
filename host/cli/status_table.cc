#include "host/cli/status_table.h"

#include <fmt/format.h>

#include "host/cli/table.h"

namespace host {
namespace {

std::string LastExit(const FunctionStatus& function) {
  if (function.last_exit.empty()) return "-";
  return fmt::format("{}, {} ago", function.last_exit, Duration(function.last_exit_s_ago));
}

// "2/2 (1-4)": ready of those wanted, and the limits when they leave a choice.
std::string Ready(const FunctionStatus& function) {
  std::string text = fmt::format("{}/{}", function.ready, function.wanted);
  if (function.max > 0 && function.min != function.max) {
    text += fmt::format(" ({}-{})", function.min, function.max);
  }
  return text;
}

int64_t MemoryOf(const FunctionStatus& function) {
  int64_t sum_kb = 0;
  for (const WorkerStatus& worker : function.workers) sum_kb += worker.memory_kb;
  return sum_kb;
}

std::string Busy(int busy, int threads) {
  return threads == 0 ? "-" : fmt::format("{}/{}", busy, threads);
}

std::string OrDash(const std::string& text) { return text.empty() ? "-" : text; }

std::vector<std::string> RowOf(const FunctionStatus& function) {
  return {function.name,
          OrDash(function.mode),
          StateOf(function),
          Ready(function),
          Busy(function.busy, function.threads),
          Count(function.waiting),
          Count(function.requests),
          Count(function.errors),
          Memory(MemoryOf(function)),
          OrDash(function.revision),
          Count(function.restarts),
          LastExit(function)};
}

std::string FirstLine(const HostStatus& status) {
  std::string line = fmt::format("fnhost {} {}, process {}, up {}", status.version, status.state,
                                 status.pid, Duration(status.uptime_s));
  if (status.leftovers > 0) {
    line += fmt::format(", {} workers of a dead supervisor left", status.leftovers);
  }
  return line;
}

// What keeps a function from running, or how its last deploy went wrong.
std::string Remarks(const FunctionStatus& function, size_t width) {
  std::string text;
  for (const std::string& remark : {function.fault, function.note}) {
    if (!remark.empty()) text += Cut(function.name + ": " + remark, width) + "\n";
  }
  return text;
}

}  // namespace

std::string StateOf(const FunctionStatus& function) {
  if (!function.fault.empty()) return "broken";
  if (function.next_start_s >= 0) return fmt::format("backing off {:.1f} s", function.next_start_s);
  if (!function.deploying.empty()) return "deploying " + function.deploying;
  if (function.ready < function.wanted) return "starting";
  if (function.draining > 0) return "draining";
  return function.ready == 0 ? "idle" : "ready";
}

std::string StatusTable(const HostStatus& status, size_t width) {
  Table table{.columns = {{.title = "FUNCTION"},
                          {.title = "MODE"},
                          {.title = "STATE"},
                          {.title = "READY"},
                          {.title = "BUSY", .right = true},
                          {.title = "WAIT", .right = true},
                          {.title = "REQUESTS", .right = true},
                          {.title = "ERRORS", .right = true},
                          {.title = "MEMORY", .right = true},
                          {.title = "REVISION"},
                          {.title = "RESTARTS", .right = true},
                          {.title = "LAST EXIT"}},
              .rows = {}};
  std::string remarks;
  for (const FunctionStatus& each : status.functions) {
    table.rows.push_back(RowOf(each));
    remarks += Remarks(each, width);
  }
  return Cut(FirstLine(status), width) + "\n" + table.Text(width) + remarks;
}

std::string FunctionTable(const FunctionStatus& function, size_t width) {
  Table table{.columns = {{.title = "PID", .right = true},
                          {.title = "STATE"},
                          {.title = "REVISION"},
                          {.title = "BUSY", .right = true},
                          {.title = "REQUESTS", .right = true},
                          {.title = "MEMORY", .right = true},
                          {.title = "UP"}},
              .rows = {}};
  for (const WorkerStatus& worker : function.workers) {
    table.rows.push_back({std::to_string(worker.pid), worker.state, OrDash(worker.revision),
                          Busy(worker.busy, worker.threads), Count(worker.requests),
                          Memory(worker.memory_kb), Duration(worker.uptime_s)});
  }
  const std::string head = fmt::format(
      "{}: {}, {}, {} workers ready, revision {}{}\n"
      "{} requests, {} errors, {} timeouts, {} shed, {} slow; {} waiting, {} connections\n"
      "{} restarts, {} cold starts, {} deploys; last exit: {}\n",
      function.name, OrDash(function.mode), StateOf(function), Ready(function),
      OrDash(function.revision),
      function.previous.empty() ? "" : ", the one before " + function.previous, function.requests,
      function.errors, function.timeouts, function.shed, function.slow, function.waiting,
      function.connections, function.restarts, function.cold_starts, function.deploys,
      LastExit(function));
  return head + Remarks(function, width) + table.Text(width);
}

}  // namespace host
