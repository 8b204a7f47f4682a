#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "host/cli/options.h"
#include "host/cli/route_text.h"
#include "host/routing/route_target.h"

namespace host {
namespace {

constexpr char kExamples[] = R"(Examples:
  fnhost route --config /etc/fnhost.json                      where each function's routes go
  fnhost route login --to mirror --config /etc/fnhost.json    the old site answers, GETs come here too
  fnhost route login --to split:10 --config /etc/fnhost.json  10 % of the clients to the function
  fnhost route login --to function --config /etc/fnhost.json
  fnhost route login --to monolith --config /etc/fnhost.json  back, at once

Moves the routes of a function between it and the monolith (the old site) while requests flow: true
for the next request, NGINX is not reloaded, no request is lost.

  function        all requests to the function
  monolith        all requests to the old site
  split:PERCENT   PERCENT of the clients (0 to 100) to the FUNCTION. A client's address decides, so
                  it stays on its side through login and on all routes; a larger share moves clients
                  to the function alone.
  mirror          all requests to the old site; GETs also to the function, marked with the header
                  X-Fnhost-Mirror: 1, and what it answers is dropped
  auto            to the function while it can serve (it does not crash), else to the old site
  retired         all requests to the function; nothing asks the old site any more, and only
                  `fnhost migration undo NAME` leads back

On the internal port the header "X-Fnhost-Route: function" or "... monolith" chooses the side of one
request. `fnhost compare` compares the two; `fnhost migration` moves routes step by step.
)";

struct Options {
  HostOption host;
  std::string name;
  std::string to;
  bool json = false;
};

// How the same host is named on another command line.
std::string HostWords(const HostOption& host) {
  if (!host.config_file.empty()) return " --config " + host.config_file;
  return host.socket.empty() ? "" : " --socket " + host.socket;
}

int Route(const Options& options) {
  if (options.name.empty() != options.to.empty()) {
    Fail("NAME and --to belong together: fnhost route login --to function");
    return 2;
  }
  nlohmann::ordered_json request = {{"command", "route"}};
  if (!options.name.empty()) {
    if (const auto target = ParseTarget(options.to); !target) {
      Fail("--to " + options.to + ": " + target.error());
      return 2;
    }
    request["name"] = options.name;
    request["to"] = options.to;
    request["by"] = UserName();
  }
  auto answer = AskHost(options.host, request);
  if (!answer) return Fail(answer.error());
  answer->erase("ok");
  std::string text = RouteRows(*answer);
  if (options.json) {
    text = answer->dump() + "\n";
  } else if (!options.name.empty()) {
    const auto& route = answer->at("routes").at(0);
    text = fmt::format("{}; undo: fnhost route {} --to {}{}\n",
                       RouteSentence(route, answer->at("monolith").get<std::string>()),
                       options.name, route.at("was").get<std::string>(), HostWords(options.host));
    for (const auto& fault : answer->value("faults", nlohmann::ordered_json::array())) {
      Fail("moved, but it is not in the history: " + fault.get<std::string>());
    }
  }
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? 0 : Fail("cannot write to stdout");
}

}  // namespace

void AddRoute(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "route", "Move a route between function and monolith")
      .Examples(kExamples)
      .Text("name", options->name, "NAME", "The function")
      .Text("--to", options->to, "TARGET",
            "function, monolith, split:PERCENT, mirror, auto or retired")
      .Flag("--json", options->json, "One JSON object")
      .Host(options->host)
      .Run([options] { return Route(*options); });
}

}  // namespace host
