#include <memory>
#include <string>

#include "host/cli/options.h"
#include "host/keeper/keeper.h"

namespace host {

// `fnhost run` starts it; nobody else need know.
void AddKeep(CLI::App& app, Chosen& chosen) {
  const auto path = std::make_shared<std::string>();
  Command(app, chosen, "keep", "Hold the sockets of a host over its death")
      .Text("socket", *path, "PATH", "Where descriptor 0 listens", Command::kRequired)
      .Hidden()
      .Run([path] { return RunKeeper(*path); });
}

}  // namespace host
