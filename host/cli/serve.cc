#include "host/cli/serve.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "host/control/control.h"
#include "host/control/database_check.h"
#include "host/control/http.h"
#include "host/control/operations.h"
#include "host/control/request_server.h"
#include "host/keeper/keeper_client.h"
#include "host/revisions/function_records.h"
#include "host/revisions/revision_store.h"
#include "host/routing/routing.h"
#include "host/supervisor/background.h"
#include "host/supervisor/catalog.h"
#include "host/supervisor/deployer.h"
#include "host/supervisor/event_loop.h"
#include "host/supervisor/listen_address.h"
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

// No socket may get one of these numbers.
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

// What a host with a state folder keeps there.
struct State {
  std::optional<RevisionStore> store;
  Catalog catalog;
};

std::expected<State, std::string> ReadState(const HostConfig& config, const Functions& functions,
                                            const Log& log) {
  if (config.state_dir.empty()) {
    return State{std::nullopt, MakeCatalog(config, functions, nullptr, {})};
  }
  auto store = RevisionStore::Open(config.state_dir);
  if (!store) return std::unexpected(store.error());
  auto records = ReadFunctionRecords(config.state_dir, log);
  if (!records) return std::unexpected(records.error());
  Catalog catalog = MakeCatalog(config, functions, &*store, *std::move(records));
  if (auto saved = SaveFunctionRecords(config.state_dir, catalog.records); !saved) {
    return std::unexpected(saved.error());
  }
  return State{*std::move(store), std::move(catalog)};
}

std::expected<Fd, std::string> ListenForMetrics(const std::string& text) {
  constexpr int kProbes = 128;
  auto address = ListenAddress::Parse(text);
  auto listening = address ? address->Listen(kProbes) : std::unexpected(address.error());
  if (!listening) return std::unexpected("metrics: " + listening.error());
  return listening;
}

// Nobody keeps anything for a process whose end is the end of all.
std::expected<std::unique_ptr<KeeperClient>, std::string> OpenKeeper(const HostConfig& config,
                                                                     EventLoop& loop,
                                                                     const Log& log, bool wanted) {
  if (!wanted) return std::unique_ptr<KeeperClient>();
  auto keeper = KeeperClient::Open(loop, log, config.run_dir);
  if (!keeper) log.Error("requests will be lost if this process dies: " + keeper.error());
  return keeper;
}

}  // namespace

Fd PrepareProcess() {
  FillStandardDescriptors();
  RaiseDescriptorLimit();
  return TakeSignals();
}

int Refuse(const Log& log, const std::vector<std::string>& faults) {
  for (const std::string& fault : faults) log.Error(fault);
  return 1;
}

int Serve(const HostConfig& config, const Functions& functions, Fd signals, const Log& log,
          OwnAddress* own_address) {
  auto run_dir = RunDir::Take(config.run_dir);
  if (!run_dir) return Refuse(log, {run_dir.error()});
  auto metrics = ListenForMetrics(config.metrics);
  if (!metrics) return Refuse(log, {metrics.error()});
  auto state = ReadState(config, functions, log);
  if (!state) return Refuse(log, {state.error()});
  auto control = run_dir->Listen(kControl, {.mode = 0600, .group_of = ""});
  if (!control) return Refuse(log, {control.error()});

  EventLoop loop;
  const auto opened_keeper = OpenKeeper(config, loop, log, own_address == nullptr);
  KeeperClient* keeper = opened_keeper ? opened_keeper->get() : nullptr;
  Background background(loop);
  Supervisor supervisor({.config = config,
                         .loop = loop,
                         .log = log,
                         .run_dir = *run_dir,
                         .keeper = keeper,
                         .background = state->store ? &background : nullptr,
                         .random = SystemRandom(),
                         .own_address = own_address});
  if (const auto opened = supervisor.Open(std::move(state->catalog)); !opened) {
    run_dir->Remove(kControl);
    if (keeper != nullptr) keeper->End();
    return Refuse(log, opened.error());
  }
  Routing routing(config, loop, log, [&](const std::string& name) {
    const FunctionPool* pool = supervisor.Find(name);
    return pool != nullptr && pool->able();
  });
  if (const auto opened = routing.Open(); !opened) log.Error(opened.error());
  Deployer deployer(config, supervisor, state->store ? &*state->store : nullptr, &background,
                    [&](std::vector<Manifest> manifests, NginxSite::Done done) {
                      routing.Apply(std::move(manifests), std::move(done));
                    });
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
  const Operations operations = MakeOperations(supervisor, deployer, routing);
  const RequestServer commands(
      loop, *std::move(control), kCommandLimits, [&](Incoming request, const Reply& reply) {
        HandleCommand(std::move(request), reply, operations,
                      [&](auto text) { return AnswerCommand(text, view); });
      });
  log.Info("fnhost started", {{"version", kVersion},
                              {"pid", static_cast<int64_t>(getpid())},
                              {"functions", static_cast<int64_t>(supervisor.Manifests().size())},
                              {"metrics", config.metrics},
                              {"run_dir", config.run_dir}});
  supervisor.Start();
  routing.Apply(supervisor.Manifests(), [&](const std::optional<std::string>& fault) {
    if (fault) log.Error("NGINX does not take its configuration: " + *fault);
  });
  loop.Run();
  if (keeper != nullptr) keeper->End();
  run_dir->Remove(kControl);
  log.Info("fnhost stopped");
  return 0;
}

}  // namespace host
