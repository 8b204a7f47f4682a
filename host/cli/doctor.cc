#include "host/cli/doctor/doctor.h"

#include <cstdio>
#include <memory>
#include <string>

#include "host/cli/options.h"

namespace host {
namespace {

constexpr char kExamples[] = R"(Examples:
  fnhost doctor --config /etc/fnhost.json
  fnhost doctor --json --config /etc/fnhost.json | jq '.findings[] | select(.level != "ok")'

Looks at the configuration, the host and its functions, sockets and who gets to them, NGINX with its
ports and configuration, databases, keys and secrets, the state folder, limits, disks and the clock.
A line each: ok; WARN, which works but not for ever; FAIL, which does not; and the remedy. Nothing
is changed and no secret is shown. Best asked as the user that runs the host.
Exit 1 when anything failed.
)";

struct Options {
  std::string config_file;
  bool json = false;
};

int Doctor(const Options& options) {
  const auto findings = doctor::Examine(options.config_file);
  std::fputs((options.json ? doctor::ToJson(findings) : doctor::ToText(findings)).c_str(), stdout);
  if (std::fflush(stdout) != 0) return Fail("cannot write to stdout");
  return doctor::Failed(findings) ? 1 : 0;
}

}  // namespace

void AddDoctor(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "doctor", "Name what is wrong with a host, and what to do")
      .Examples(kExamples)
      .Flag("--json", options->json, "One JSON object")
      .Config(options->config_file)
      .Run([options] { return Doctor(*options); });
}

}  // namespace host
