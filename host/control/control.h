// The pages and commands that the supervisor answers. Pure: status in, text out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "host/control/database_check.h"
#include "host/control/http.h"
#include "host/supervisor/status.h"

namespace host {

// /livez: 200 while the event loop turns. /readyz: 200 when all functions have a ready worker and
// the database (nothing when none is configured) answers as expected; else 503. /metrics:
// Prometheus text.
HttpAnswer AnswerPage(std::string_view path, const HostStatus& status,
                      const std::optional<DatabaseState>& database);

std::string ReadyJson(const HostStatus& status, const std::optional<DatabaseState>& database);

// The control socket: a line {"command":"status"} gets a line {"ok":true,"status":{...}} or
// {"ok":false,"error":"..."}.
std::string AnswerCommand(std::optional<std::string_view> line,
                          const std::function<HostStatus()>& status);

}  // namespace host
