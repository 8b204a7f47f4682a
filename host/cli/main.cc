// fnhost: the function host's one binary.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>

#include "host/cli/commands.h"
#include "host/supervisor/status.h"

namespace {

constexpr char kExamples[] = R"(Examples:
  fnhost run --config /etc/fnhost.json             serve all functions until SIGTERM
  fnhost status --config /etc/fnhost.json          what runs, as a table
  fnhost status --json --socket /run/fnhost/fnhost.sock
  fnhost nginx --check --config /etc/fnhost.json > nginx.conf
  fnhost worker --function /srv/functions/login --config /etc/fnhost.json

fnhost: runs HTTP functions behind NGINX, a pool of worker processes each.
)";

// Examples first, then what CLI11 makes of the options.
class Formatter : public CLI::Formatter {
 public:
  std::string make_description(const CLI::App* app) const override {
    return app->get_description() + "\n";
  }
};

CLI::Option* AddConfig(CLI::App* app, std::string& file) {
  return app->add_option("--config", file, "Configuration of the host (JSON)")->type_name("FILE");
}

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

  std::string config;
  std::string function;
  auto* run = app.add_subcommand("run", "Serve all functions until SIGTERM or Ctrl-C");
  AddConfig(run, config)->required();

  auto* worker = app.add_subcommand("worker", "Serve one function in the foreground");
  worker->add_option("--function", function, "The function's folder")
      ->type_name("FOLDER")
      ->required();
  AddConfig(worker, config)->required();

  host::StatusOptions status_options;
  auto* status = app.add_subcommand("status", "Show what the running host does");
  status->add_flag("--json", status_options.json, "One JSON object");
  auto* by_config = AddConfig(status, status_options.config_file);
  auto* by_socket = status->add_option("--socket", status_options.socket, "Its control socket")
                        ->type_name("PATH");
  by_config->excludes(by_socket);

  host::NginxOptions nginx_options;
  auto* nginx = app.add_subcommand("nginx", "Print NGINX's configuration");
  nginx->add_flag("--check", nginx_options.check, "Let `nginx -t` check it first");
  AddConfig(nginx, nginx_options.config_file)->required();

  try {
    app.parse(argc, argv);
    if (status->parsed() && status_options.config_file.empty() && status_options.socket.empty()) {
      throw CLI::RequiredError("--config FILE or --socket PATH");
    }
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? 0 : 2;
  }
  try {
    if (run->parsed()) return host::Run(config, "");
    if (worker->parsed()) return host::Run(config, function);
    if (status->parsed()) return host::Status(status_options);
    return host::Nginx(nginx_options);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "fnhost: %s\n", fault.what());
    return 1;
  }
}
