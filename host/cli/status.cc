#include "host/supervisor/status.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "host/cli/client.h"
#include "host/cli/commands.h"
#include "host/cli/table.h"
#include "host/supervisor/config.h"

namespace host {
namespace {

int Fail(const std::string& line) {
  std::fprintf(stderr, "fnhost: %s\n", line.c_str());
  return 1;
}

}  // namespace

int Status(const StatusOptions& options) {
  std::string socket = options.socket;
  if (socket.empty()) {
    const auto config = ReadHostConfig(options.config_file);
    if (!config) {
      for (const std::string& fault : config.error()) Fail(fault);
      return 1;
    }
    socket = config->run_dir + "/fnhost.sock";
  }
  const auto line = Ask(socket, R"({"command":"status"})");
  if (!line) return Fail(line.error());
  const auto answer = nlohmann::ordered_json::parse(*line, nullptr, false);
  if (!answer.is_object() || !answer.contains("ok")) return Fail(socket + ": not an fnhost");
  if (answer["ok"] != true) return Fail(answer.value("error", "refused"));
  const auto& status = answer["status"];
  const std::string text =
      options.json ? status.dump() + "\n" : StatusTable(StatusFromJson(status.dump()));
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace host
