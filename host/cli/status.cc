#include "host/supervisor/status.h"

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "host/cli/options.h"
#include "host/cli/status_table.h"
#include "host/cli/table.h"

namespace host {
namespace {

constexpr char kExamples[] = R"(Examples:
  fnhost status --config /etc/fnhost.json
  fnhost status login --config /etc/fnhost.json            one function and its workers
  fnhost status --json --socket /run/fnhost/fnhost.sock | jq '.functions[] | select(.errors > 0)'

READY: workers ready / wanted (fewest-most). BUSY: threads with a request / all. WAIT: requests that
workers have taken and not begun. REQUESTS and ERRORS (500 to 599) count from the supervisor's start.
MEMORY: of all workers, without what they share. A line is cut at the terminal's width; a pipe gets
it whole.
)";

struct Options {
  HostOption host;
  std::string name;
  bool json = false;
  bool names = false;
};

// The part of the answer that the options ask for: all, or one function.
std::expected<nlohmann::ordered_json, std::string> Ask(const Options& options) {
  auto answer = AskHost(options.host, {{"command", "status"}});
  if (!answer) return std::unexpected(answer.error());
  auto& status = answer->at("status");
  if (options.name.empty()) return std::move(status);
  for (auto& function : status.at("functions")) {
    if (function.at("name") == options.name) return std::move(function);
  }
  return std::unexpected("this host has no function " + options.name);
}

int Status(const Options& options) {
  if (options.names && (options.json || !options.name.empty())) {
    Fail("--names stands alone");
    return 2;
  }
  const auto status = Ask(options);
  if (!status) return Fail(status.error());
  const size_t width = TerminalWidth(1);
  if (options.names) {
    for (const auto& each : status->at("functions")) {
      std::puts(each.at("name").get_ref<const std::string&>().c_str());
    }
    return 0;
  }
  std::string text = status->dump() + "\n";
  if (!options.json && options.name.empty()) text = StatusTable(StatusFromJson(text), width);
  if (!options.json && !options.name.empty()) {
    text = FunctionTable(FunctionStatusFromJson(text), width);
  }
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? 0 : Fail("cannot write to stdout");
}

}  // namespace

void AddStatus(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "status", "Show what the running host does")
      .Examples(kExamples)
      .Text("name", options->name, "NAME", "One function, with its workers")
      .Flag("--json", options->json, "One JSON object, whole numbers instead of short ones")
      .Flag("--names", options->names, "Only the names of the functions, a line each")
      .Host(options->host)
      .Run([options] { return Status(*options); });
}

}  // namespace host
