#include <memory>
#include <string>
#include <utility>

#include "host/base/log.h"
#include "host/cli/options.h"
#include "host/cli/serve.h"
#include "host/supervisor/config.h"
#include "host/supervisor/fd.h"
#include "host/supervisor/functions.h"

namespace host {
namespace {

constexpr char kRunExamples[] = R"(Examples:
  fnhost run --config /etc/fnhost.json
  fnhost run --config /etc/fnhost.json 2>> /var/log/fnhost.log      as "log_file" says
  FNHOST_LOG_LEVEL=debug fnhost run --config fnhost.json            a line per request, too

Starts the functions and stays in the foreground, for a terminal or a service manager. SIGTERM and
Ctrl-C drain: workers finish what they have, and the host ends with 0 when the last one has left,
after "grace_ms" at the latest; a second one kills. If the host dies by itself, its workers serve
on, and the next one takes them over. The log is one JSON object a line on stderr (`fnhost logs`
reads it). The configuration is read at the start alone; host/supervisor/config.h lists its keys.
Exit 1 when it cannot start, and says why.
)";

int Run(const std::string& config_file) {
  Fd signals = PrepareProcess();
  const Log log;
  const auto config = ReadHostConfig(config_file);
  if (!config) return Refuse(log, config.error());
  const auto functions = LoadFunctions(*config);
  if (!functions) return Refuse(log, functions.error());
  return Serve(*config, *functions, std::move(signals), log);
}

}  // namespace

void AddRun(CLI::App& app, Chosen& chosen) {
  const auto config_file = std::make_shared<std::string>();
  Command(app, chosen, "run", "Serve all functions until SIGTERM or Ctrl-C")
      .Examples(kRunExamples)
      .Config(*config_file)
      .Run([config_file] { return Run(*config_file); });
}

}  // namespace host
