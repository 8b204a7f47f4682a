#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "host/cli/options.h"

namespace host {
namespace {

constexpr char kExamples[] = R"(Examples:
  fnhost scale login --min 2 --max 8 --config /etc/fnhost.json
  fnhost scale report --max 1 --config /etc/fnhost.json

Sets how many workers a function may have, in place of its manifest's numbers, until it is set
again; deploys and restarts keep it. A static pool always has --max workers; a dynamic one goes
between the two with its load; an ondemand one with --min 1 or more never sleeps.
)";

struct Options {
  HostOption host;
  std::string name;
  int min = -1;
  int max = -1;
  bool json = false;
};

int Scale(const Options& options) {
  nlohmann::ordered_json request = {{"command", "scale"}, {"name", options.name}};
  if (options.min >= 0) request["min"] = options.min;
  if (options.max >= 0) request["max"] = options.max;
  auto answer = AskHost(options.host, request);
  if (!answer) return Fail(answer.error());
  if (options.json) {
    answer->erase("ok");
    std::puts(answer->dump().c_str());
  } else {
    std::puts(fmt::format("{}: {} to {} workers ({}), {} wanted now", options.name,
                          answer->at("min").get<int>(), answer->at("max").get<int>(),
                          answer->at("mode").get<std::string>(), answer->at("wanted").get<int>())
                  .c_str());
  }
  return std::fflush(stdout) == 0 ? 0 : Fail("cannot write to stdout");
}

}  // namespace

void AddScale(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "scale", "Set how many workers a function may have")
      .Examples(kExamples)
      .Text("name", options->name, "NAME", "The function", Command::kRequired)
      .Number("--min", options->min, "Workers at least", 0, 256)
      .Number("--max", options->max, "Workers at most", 1, 256)
      .Flag("--json", options->json, "Print one JSON object")
      .Host(options->host)
      .Run([options] {
        if (options->min < 0 && options->max < 0) {
          Fail("scale: give --min, --max or both. See: fnhost scale --help");
          return 2;
        }
        return Scale(*options);
      });
}

}  // namespace host
