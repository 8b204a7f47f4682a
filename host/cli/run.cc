#include <fcntl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <memory>

#include "host/base/log.h"
#include "host/cli/options.h"
#include "host/cli/serve.h"
#include "host/supervisor/config.h"
#include "host/supervisor/fd.h"
#include "host/supervisor/functions.h"

namespace host {
namespace {

// Signals become readable; threads started later inherit the mask.
Fd TakeSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int each : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, each);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

// Descriptors 0 to 2 exist, so that no socket gets such a number.
void FillStandardDescriptors() {
  while (true) {
    const int fd = open("/dev/null", O_RDWR);
    if (fd < 0) return;
    if (fd > 2) {
      close(fd);
      return;
    }
  }
}

void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int Refuse(const Log& log, const std::vector<std::string>& faults) {
  for (const std::string& fault : faults) log.Error(fault);
  return 1;
}

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

constexpr char kWorkerExamples[] = R"(Examples:
  fnhost worker --function /srv/functions/login --config /etc/fnhost.json

`run` for one function: for a container of its own, behind somebody else's NGINX. Nothing can be
deployed to it; a new image is the new revision.
)";

struct Options {
  std::string config_file;
  std::string function;  // a folder, for one pool alone; "" for all of the configuration's folder
};

int Run(const Options& options) {
  FillStandardDescriptors();
  RaiseDescriptorLimit();
  Fd signals = TakeSignals();
  const Log log;
  auto config = ReadHostConfig(options.config_file);
  if (!config) return Refuse(log, config.error());
  std::expected<Functions, std::vector<std::string>> functions;
  if (options.function.empty()) {
    functions = LoadFunctions(*config);
  } else {
    const auto folder =
        (std::filesystem::absolute(options.function) / "").lexically_normal().parent_path();
    config->functions = folder.parent_path().string();
    // The folder is what runs, and somebody else's NGINX leads to it.
    config->state_dir.clear();
    config->nginx.prefix.clear();
    config->monolith.reset();
    functions = LoadFunction(*config, folder.string());
  }
  if (!functions) return Refuse(log, functions.error());
  return Serve(*config, *functions, std::move(signals), log);
}

}  // namespace

void AddRun(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "run", "Serve all functions until SIGTERM or Ctrl-C")
      .Examples(kRunExamples)
      .Config(options->config_file)
      .Run([options] { return Run(*options); });
}

void AddWorker(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "worker", "Serve one function in the foreground")
      .Examples(kWorkerExamples)
      .Text("--function", options->function, "FOLDER", "The function's folder", Command::kRequired)
      .Config(options->config_file)
      .Run([options] { return Run(*options); });
}

}  // namespace host
