// fnhost: the function host's one binary.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <memory>
#include <sstream>
#include <string>

#include "host/cli/commands.h"
#include "host/supervisor/status.h"

namespace {

constexpr char kExamples[] = R"(Examples:
  fnhost run --config /etc/fnhost.json             serve all functions until SIGTERM
  fnhost status --config /etc/fnhost.json          what runs, as a table
  fnhost top --config /etc/fnhost.json             what is busy, live
  fnhost deploy login --binary build/login --config /etc/fnhost.json
  fnhost rollback login --config /etc/fnhost.json  back to the revision before
  fnhost scale login --min 2 --max 8 --config /etc/fnhost.json
  fnhost doctor --config /etc/fnhost.json          what is wrong, and what to do
  fnhost nginx --check --config /etc/fnhost.json > nginx.conf
  fnhost worker --function /srv/functions/login --config /etc/fnhost.json
  fnhost logs login -f --config /etc/fnhost.json   what a function logs, as it comes
  fnhost invoke hello GET /hello --config /etc/fnhost.json
  fnhost route login --to split:10 --config /etc/fnhost.json
  fnhost compare login --config /etc/fnhost.json   the function's answers and the old site's
  fnhost migration status --config /etc/fnhost.json   how far it is
  fnhost new hello                                 a function's folder that builds

fnhost: runs HTTP functions behind NGINX, a pool of worker processes each.
A command's own page: fnhost help COMMAND. More: docs/operations.md.

Exit: 0 done, 1 failed (a line on stderr says why), 2 wrong usage.
Environment: FNHOST_SOCKET (the control socket of the host that is meant), NO_COLOR,
FNHOST_LOG_LEVEL (debug, info, warning, error; of `run` and its functions).
)";

// Examples first, then what CLI11 makes of the options.
class Formatter : public CLI::Formatter {
 public:
  std::string make_description(const CLI::App* app) const override {
    return app->get_description() + "\n";
  }

  // In the list of commands, the last line of what a command says of itself.
  std::string make_subcommand(const CLI::App* sub) const override {
    const std::string description = sub->get_description();
    std::stringstream out;
    CLI::detail::format_help(out, sub->get_name(), description.substr(description.rfind('\n') + 1),
                             column_width_);
    return out.str();
  }
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(kExamples, "fnhost");
  app.formatter(std::make_shared<Formatter>());
  app.set_version_flag("--version", std::string("fnhost ") + host::kVersion);
  app.require_subcommand(1);
  app.failure_message([&](const CLI::App* at, const CLI::Error& fault) {
    std::string what = fault.what();
    if (at == &app && argc > 1 && argv[1][0] != '-' && app.get_subcommands().empty()) {
      what = std::string("there is no command ") + argv[1];
    }
    const auto commands = app.get_subcommands();
    return "fnhost: " + what + "\nSee: fnhost " +
           (commands.empty() ? "" : commands.front()->get_name() + " ") + "--help\n";
  });

  host::Chosen chosen;
  host::AddRun(app, chosen);
  host::AddStatus(app, chosen);
  host::AddDeploy(app, chosen);
  host::AddRollback(app, chosen);
  host::AddScale(app, chosen);
  host::AddNginx(app, chosen);
  host::AddWorker(app, chosen);
  host::AddNew(app, chosen);
  host::AddInvoke(app, chosen);
  host::AddLogs(app, chosen);
  host::AddKeep(app, chosen);
  host::AddRoute(app, chosen);
  host::AddCompare(app, chosen);
  host::AddMigration(app, chosen);
  host::AddTop(app, chosen);
  host::AddDoctor(app, chosen);
  host::AddCompletion(app, chosen);
  host::AddHelp(app, chosen);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? 0 : 2;
  }
  try {
    return chosen();
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "fnhost: %s\n", fault.what());
    return 1;
  }
}
