// Prometheus text of the supervisor's status.
#pragma once

#include <string>

#include "host/supervisor/status.h"

namespace host {

std::string MetricsText(const HostStatus& status);

}  // namespace host
