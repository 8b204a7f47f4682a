#include "host/supervisor/status.h"

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "host/cli/options.h"
#include "host/cli/table.h"

namespace host {
namespace {

struct Options {
  HostOption host;
  bool json = false;
};

int Status(const Options& options) {
  const auto answer = AskHost(options.host, {{"command", "status"}});
  if (!answer) return Fail(answer.error());
  const auto& status = answer->at("status");
  const std::string text =
      options.json ? status.dump() + "\n" : StatusTable(StatusFromJson(status.dump()));
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace

void AddStatus(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "status", "Show what the running host does")
      .Flag("--json", options->json, "One JSON object")
      .Host(options->host)
      .Run([options] { return Status(*options); });
}

}  // namespace host
