#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "host/cli/options.h"
#include "host/supervisor/fd.h"

namespace host {
namespace {

constexpr char kDeployExamples[] = R"(Examples:
  fnhost deploy login --binary build/login --config /etc/fnhost.json
  fnhost deploy hello --binary hello --manifest functions/hello/function.json \
      --socket /run/fnhost/fnhost.sock        a function that is new to the host

Starts workers of the new revision beside the old ones, and drains those when the new ones are
ready: no request fails. When a new worker ends or is not ready within 10 s, the old revision stays.
Without --manifest the function keeps the one it has. Exit 0 when the new revision serves and the
last old worker has left; 1 when the old one serves on, and why.
)";

constexpr char kRollbackExamples[] = R"(Examples:
  fnhost rollback login --config /etc/fnhost.json

Deploys the revision that served before. Again, it comes back to the one it left.
)";

// As long as the host gives new workers to become ready, old ones to leave, and a queue of deploys.
constexpr std::chrono::milliseconds kPatience{120'000};

struct Options {
  HostOption host;
  std::string name;
  std::string binary;
  std::string manifest;
  bool json = false;
};

int Report(const Options& options,
           const std::expected<nlohmann::ordered_json, std::string>& answer) {
  if (!answer) return Fail(fmt::format("{}: {}", options.name, answer.error()));
  const auto revision = answer->at("revision").get<std::string>();
  if (options.json) {
    auto result = *answer;
    result.erase("ok");
    std::puts(result.dump().c_str());
  } else if (!answer->at("changed").get<bool>()) {
    std::puts(fmt::format("{}: revision {} serves already", options.name, revision).c_str());
  } else {
    const auto previous = answer->at("previous").get<std::string>();
    std::puts(fmt::format("{}: revision {} serves after {:.0f} ms{}", options.name, revision,
                          answer->at("ready_ms").get<double>(),
                          previous.empty()
                              ? ""
                              : fmt::format("; the last worker of {} left after {:.0f} ms",
                                            previous, answer->at("finished_ms").get<double>()))
                  .c_str());
  }
  return std::fflush(stdout) == 0 ? 0 : Fail("cannot write to stdout");
}

int Deploy(const Options& options) {
  const Fd binary(open(options.binary.c_str(), O_RDONLY | O_CLOEXEC));
  if (!binary) {
    return Fail(fmt::format("{}: cannot be read: {}", options.binary, std::strerror(errno)));
  }
  nlohmann::ordered_json request = {{"command", "deploy"}, {"name", options.name}};
  if (!options.manifest.empty()) {
    std::ifstream file(options.manifest, std::ios::binary);
    if (!file) {
      return Fail(fmt::format("{}: cannot be read: {}", options.manifest, std::strerror(errno)));
    }
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!nlohmann::json::accept(text)) return Fail(options.manifest + ": is not JSON");
    request["manifest"] = text;
  }
  return Report(options, AskHost(options.host, request, {binary.get()}, kPatience));
}

int Rollback(const Options& options) {
  return Report(options, AskHost(options.host, {{"command", "rollback"}, {"name", options.name}},
                                 {}, kPatience));
}

}  // namespace

void AddDeploy(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "deploy", "Bring a new revision of a function into service")
      .Examples(kDeployExamples)
      .Text("name", options->name, "NAME", "The function", Command::kRequired)
      .Text("--binary", options->binary, "FILE", "Its program", Command::kRequired)
      .Text("--manifest", options->manifest, "FILE", "Its function.json")
      .Flag("--json", options->json, "Print one JSON object")
      .Host(options->host)
      .Run([options] { return Deploy(*options); });
}

void AddRollback(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "rollback", "Bring back the revision before")
      .Examples(kRollbackExamples)
      .Text("name", options->name, "NAME", "The function", Command::kRequired)
      .Flag("--json", options->json, "Print one JSON object")
      .Host(options->host)
      .Run([options] { return Rollback(*options); });
}

}  // namespace host
