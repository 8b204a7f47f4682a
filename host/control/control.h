// The pages and commands that the supervisor answers. Pure: status in, text out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "host/control/database_check.h"
#include "host/control/http.h"
#include "host/supervisor/revision_counters.h"
#include "host/supervisor/status.h"

namespace host {

// What the answers are made of, asked for only when it is needed. The database is nothing when the
// configuration names none.
struct HostView {
  std::function<HostStatus()> status;
  std::function<CountersByFunction()> counters;
  std::function<std::optional<DatabaseState>()> database;
};

// /livez: 200 while the event loop turns. /readyz: 200 when all functions have a ready worker and
// the database answers as expected; else 503. /metrics: Prometheus text.
HttpAnswer AnswerPage(std::string_view path, const HostView& host);

std::string ReadyJson(const HostStatus& status, const std::optional<DatabaseState>& database);

// The control socket: a line {"command":"status"} gets a line {"ok":true,"status":{...}} or
// {"ok":false,"error":"..."}. {"command":"durations"} gets {"ok":true,"bounds_s":[0.0001,...],
// "durations":{"login":{"buckets":[3,...],"sum_s":0.2},...}}: since the start, each bucket alone,
// the last without a bound.
std::string AnswerCommand(std::optional<std::string_view> line, const HostView& host);

}  // namespace host
