#include <algorithm>
#include <chrono>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/log.h"
#include "host/cli/compare/http_get.h"
#include "host/cli/options.h"
#include "host/cli/serve.h"
#include "host/manifest/manifest.h"
#include "host/supervisor/config.h"
#include "host/supervisor/listen_address.h"

extern char** environ;

namespace host {
namespace {

constexpr char kExamples[] = R"(Examples:
  fnhost worker --function /functions/login --listen 0.0.0.0:9000 --metrics 0.0.0.0:9145
  fnhost worker --function /functions/login --listen unix:///run/fnhost/login.sock
  fnhost worker --probe ready                      exit 0 when it can serve, else 1 and why
  fnhost worker --function /srv/functions/login --config /etc/fnhost.json

One function's pool in the foreground, for a container of its own behind somebody else's NGINX
(docs/containers.md). Without --config the function gets the whole environment, as DATABASE_URL_FILE:
what it needs is set there, secrets as names of files. Writes to the run dir alone. Nothing can be
deployed to it: a new image is the new revision.

SIGTERM: /readyz says 503, for --drain-delay-ms all goes on, then the socket is closed, those who
wait in it are served, and workers finish what they have. Exit 0; at the latest --grace-ms later.

Probes ask the metrics address: `live` while the process turns, `ready` once workers can serve.
)";

// What the supervisor sets for each worker by itself.
constexpr std::string_view kOurs = "FNHOST_";
// And what of that name is the function's own to know.
constexpr std::string_view kTheirs[] = {"FNHOST_COMMIT=", "FNHOST_VERSION="};

struct Options {
  std::string function;  // a folder
  std::string config_file;
  std::string listen;
  std::string metrics;
  std::string run_dir = "/tmp/fnhost";
  int drain_delay_ms = 0;
  int grace_ms = 0;  // 0: as the configuration says
  std::string probe;
};

using Faults = std::vector<std::string>;

std::filesystem::path FolderOf(const Options& options) {
  return (std::filesystem::absolute(options.function) / "").lexically_normal().parent_path();
}

std::map<std::string, std::string> Environment() {
  std::map<std::string, std::string> all;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view line = *each;
    const size_t end = line.find('=');
    const bool theirs =
        std::ranges::any_of(kTheirs, [&](std::string_view name) { return line.starts_with(name); });
    if (end == std::string_view::npos || (line.starts_with(kOurs) && !theirs)) continue;
    all.emplace(line.substr(0, end), line.substr(end + 1));
  }
  return all;
}

// Without a file: everything needed is in the environment, and a function that misses some says so.
std::expected<HostConfig, Faults> FromEnvironment(const Options& options) {
  HostConfig config;
  const auto manifest = ReadManifest(FolderOf(options) / "function.json");
  if (!manifest) return std::unexpected(manifest.error());
  config.environment = Environment();
  for (const std::string& need : manifest->needs) config.needs[need] = {};
  config.run_dir = options.run_dir;
  return config;
}

std::expected<HostConfig, Faults> ConfigOf(const Options& options) {
  auto config =
      options.config_file.empty() ? FromEnvironment(options) : ReadHostConfig(options.config_file);
  if (!config) return config;
  config->functions = FolderOf(options).parent_path().string();
  // The folder is what runs, and somebody else's NGINX leads to it.
  config->state_dir.clear();
  config->nginx.prefix.clear();
  config->monolith.reset();
  if (!options.metrics.empty()) config->metrics = options.metrics;
  if (options.grace_ms != 0) config->grace_ms = options.grace_ms;
  return config;
}

int Serve(const Options& options) {
  Fd signals = PrepareProcess();
  const Log log;
  auto config = ConfigOf(options);
  if (!config) return Refuse(log, config.error());
  std::optional<OwnAddress> own;
  if (!options.listen.empty()) {
    auto address = ListenAddress::Parse(options.listen);
    if (!address) return Refuse(log, {"--listen " + address.error()});
    config->environment.emplace("FNHOST_LAST_CALL", "1");
    own = OwnAddress{*std::move(address), std::chrono::milliseconds(options.drain_delay_ms)};
  }
  const auto functions = LoadFunction(*config, FolderOf(options).string());
  if (!functions) return Refuse(log, functions.error());
  return Serve(*config, *functions, std::move(signals), log, own ? &*own : nullptr);
}

// For the probes of containers that have no shell.
int Probe(const Options& options) {
  const std::string address = options.metrics.empty() ? HostConfig().metrics : options.metrics;
  const auto parsed = ListenAddress::Parse(address);
  if (!parsed || parsed->port() == 0) return Fail("--metrics is no address and port: " + address);
  const std::string page = options.probe == "live" ? "/livez" : "/readyz";
  const auto answer = HttpGet(parsed->port(), page, {}, std::chrono::seconds(1));
  if (!answer) return Fail("not " + options.probe + ": " + answer.error());
  if (answer->status == 200) return 0;
  return Fail("not " + options.probe + ": " + answer->body);
}

}  // namespace

void AddWorker(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "worker", "Serve one function in the foreground")
      .Examples(kExamples)
      .Text("--function", options->function, "FOLDER", "The function's folder")
      .Variable("FNHOST_FUNCTION_DIR")
      .Text("--listen", options->listen, "ADDRESS",
            "Where NGINX finds it: IP:PORT or unix:///PATH (default: RUN_DIR/NAME.sock)")
      .Variable("FNHOST_LISTEN")
      .Text("--metrics", options->metrics, "IP:PORT",
            "/metrics, /livez, /readyz (default: 127.0.0.1:9145)")
      .Variable("FNHOST_METRICS")
      .Text("--run-dir", options->run_dir, "FOLDER",
            "Its control socket and lock, without --config (default: /tmp/fnhost)")
      .Number("--drain-delay-ms", options->drain_delay_ms,
              "How long it goes on after SIGTERM, with --listen (default: 0)", 0, 600'000)
      .Variable("FNHOST_DRAIN_DELAY_MS")
      .Number("--grace-ms", options->grace_ms,
              "From the end of that to SIGKILL (default: 10000, or the configuration's)", 1,
              3'600'000)
      .Variable("FNHOST_GRACE_MS")
      .Text("--config", options->config_file, "FILE", "Configuration of a host (JSON)")
      .OneOf("--probe", options->probe, {"live", "ready"}, "Ask the worker that runs, and end")
      .Run([options] {
        if (!options->probe.empty()) return Probe(*options);
        if (options->function.empty()) {
          Fail("--function FOLDER is missing; see: fnhost worker --help");
          return 2;
        }
        return Serve(*options);
      });
}

}  // namespace host
