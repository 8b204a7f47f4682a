// The part of options.h that talks to a host.

#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "host/cli/client.h"
#include "host/cli/options.h"
#include "host/supervisor/config.h"

namespace host {

std::expected<std::string, std::string> SocketOf(const HostOption& host) {
  if (!host.socket.empty()) return host.socket;
  if (host.config_file.empty()) {
    const char* socket = std::getenv("FNHOST_SOCKET");
    return socket == nullptr ? "" : socket;
  }
  const auto config = ReadHostConfig(host.config_file);
  if (config) return config->run_dir + "/fnhost.sock";
  std::string all;
  for (const std::string& fault : config.error()) all += (all.empty() ? "" : "\n") + fault;
  return std::unexpected(all);
}

std::expected<nlohmann::ordered_json, std::string> AskHost(const HostOption& host,
                                                           const nlohmann::ordered_json& request,
                                                           const std::vector<int>& fds,
                                                           std::chrono::milliseconds timeout) {
  const auto socket = SocketOf(host);
  if (!socket) return std::unexpected(socket.error());
  const auto line = Ask(*socket, request.dump(), fds, timeout);
  if (!line) return std::unexpected(line.error());
  auto answer = nlohmann::ordered_json::parse(*line, nullptr, false);
  if (!answer.is_object() || !answer.contains("ok")) {
    return std::unexpected(*socket + ": not an fnhost");
  }
  if (answer["ok"] != true) return std::unexpected(answer.value("error", "refused"));
  return answer;
}

std::string UserName() {
  if (const char* user = std::getenv("SUDO_USER"); user != nullptr && *user != '\0') return user;
  if (const passwd* user = getpwuid(getuid()); user != nullptr) return user->pw_name;
  return std::to_string(getuid());
}

int Fail(const std::string& line) { return Fail(std::vector{line}); }

int Fail(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) std::fprintf(stderr, "fnhost: %s\n", line.c_str());
  return 1;
}

}  // namespace host
