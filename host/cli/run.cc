#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>

#include "host/base/log.h"
#include "host/cli/options.h"
#include "host/control/control.h"
#include "host/control/database_check.h"
#include "host/control/http.h"
#include "host/control/request_server.h"
#include "host/supervisor/config.h"
#include "host/supervisor/event_loop.h"
#include "host/supervisor/functions.h"
#include "host/supervisor/run_dir.h"
#include "host/supervisor/supervisor.h"

namespace host {
namespace {

constexpr char kControl[] = "fnhost";  // RUN_DIR/fnhost.sock

// A deploy brings a manifest in its line and a binary as a descriptor, and takes its time.
const RequestLimits kCommandLimits{
    .end = "\n", .request_bytes = 128 << 10, .answer_deadline = std::chrono::minutes(2), .fds = 4};

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

void OnSignal(int fd, Supervisor& supervisor, const Log& log) {
  signalfd_siginfo info{};
  while (read(fd, &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGHUP) {
      log.Info("SIGHUP ignored: restart to read the configuration again");
    } else {
      supervisor.Stop();
    }
  }
}

Random SystemRandom() {
  auto engine = std::make_shared<std::mt19937>(std::random_device{}());
  return [engine] { return std::uniform_real_distribution<double>(0, 1)(*engine); };
}

// Builds the parts and hands them to each other; they go in the reverse order.
int Serve(const HostConfig& config, const Functions& functions, Fd signals, const Log& log) {
  auto run_dir = RunDir::Take(config.run_dir);
  if (!run_dir) return Refuse(log, {run_dir.error()});
  auto metrics = ListenTcp(config.metrics);
  if (!metrics) return Refuse(log, {metrics.error()});
  auto control = run_dir->Listen(kControl, {.mode = 0600, .group_of = ""});
  if (!control) return Refuse(log, {control.error()});

  EventLoop loop;
  Supervisor supervisor(config, loop, log, *run_dir, SystemRandom());
  if (const auto opened = supervisor.Open(functions); !opened) {
    run_dir->Remove(kControl);
    return Refuse(log, opened.error());
  }
  std::optional<DatabaseCheck> database;
  if (config.ready) database.emplace(*config.ready);

  loop.Watch(signals.get(), EPOLLIN,
             [&, fd = signals.get()](uint32_t) { OnSignal(fd, supervisor, log); });
  const HostView view{
      .status = [&] { return supervisor.Status(); },
      .counters = [&] { return supervisor.Counters(); },
      .database = [&] { return database ? std::optional(database->State()) : std::nullopt; }};
  const HttpHandler page = [&](std::string_view path) { return AnswerPage(path, view); };
  const RequestServer http(
      loop, *std::move(metrics), {.end = "\r\n\r\n"},
      [&](const Incoming& request, const Reply& reply) { reply(AnswerHttp(request.text, page)); });
  const RequestServer commands(loop, *std::move(control), kCommandLimits,
                               [&](const Incoming& request, const Reply& reply) {
                                 reply(AnswerCommand(request.text, view));
                               });
  log.Info("fnhost started", {{"version", kVersion},
                              {"pid", static_cast<int64_t>(getpid())},
                              {"functions", static_cast<int64_t>(functions.manifests.size())},
                              {"metrics", config.metrics},
                              {"run_dir", config.run_dir}});
  supervisor.Start();
  loop.Run();
  run_dir->Remove(kControl);
  log.Info("fnhost stopped");
  return 0;
}

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
    functions = LoadFunction(*config, folder.string());
  }
  if (!functions) return Refuse(log, functions.error());
  return Serve(*config, *functions, std::move(signals), log);
}

}  // namespace

void AddRun(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "run", "Serve all functions until SIGTERM or Ctrl-C")
      .Config(options->config_file)
      .Run([options] { return Run(*options); });
}

void AddWorker(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "worker", "Serve one function in the foreground")
      .Text("--function", options->function, "FOLDER", "The function's folder", Command::kRequired)
      .Config(options->config_file)
      .Run([options] { return Run(*options); });
}

}  // namespace host
