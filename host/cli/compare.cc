#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "host/cli/compare/answer_diff.h"
#include "host/cli/compare/http_get.h"
#include "host/cli/compare/samples.h"
#include "host/cli/invoke/request.h"
#include "host/cli/manifests.h"
#include "host/cli/options.h"
#include "host/supervisor/config.h"

namespace host {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kExamples[] = R"(Examples:
  fnhost compare thoughts_list --config /etc/fnhost.json
  fnhost compare thought_get --path /api/thoughts/7/ --path /api/thoughts/0/ --config /etc/fnhost.json
  fnhost compare me --path /api/me/ --header-file token.txt --config /etc/fnhost.json
  fnhost compare thoughts_list --ignore 'body $[*].id' --ignore 'header vary' --config ...

Asks the monolith (the old site) and the function the same GETs, by NGINX's internal port, wherever
the route goes just now, and tells what differs. The monolith is asked twice: what it answers
differently to itself is noise and left out, as are headers that always differ (Date, Server, ETag
and the like). Without --path: the function's paths without parameters, then what clients asked for
lately (NGINX's access log, where no queries are).

A secret header belongs in a --header-file ("Name: value" lines), not on the command line.
The running host keeps the outcome for `fnhost migration`. Exit 0 when all answers are the same, 1
when any differs or could not be had.
)";

constexpr int kDefaultSamples = 20;
constexpr size_t kMostShown = 20;  // differences of one path, for people

struct Options {
  std::string config_file;
  std::string name;
  std::vector<std::string> paths;
  std::vector<std::string> headers;
  std::string header_file;
  std::vector<std::string> ignore;
  int samples = kDefaultSamples;
  bool json = false;
};

// One path's outcome.
struct Compared {
  std::string path;
  std::string fault;  // why it could not be compared
  Comparison comparison;
  bool same() const { return fault.empty() && comparison.differences.empty(); }
};

std::expected<wire::CgiAnswer, std::string> AskSide(const HostConfig& config,
                                                    const std::string& path,
                                                    std::vector<std::string> headers,
                                                    const std::string& side,
                                                    std::chrono::milliseconds limit) {
  headers.push_back("X-Fnhost-Route: " + side);
  auto answer = HttpGet(config.nginx.internal_port, path, headers, limit);
  if (!answer) return std::unexpected(side + ": " + answer.error());
  std::string said;
  for (const auto& [name, value] : answer->headers) {
    if (name == "X-Fnhost-Route") said = value;
  }
  if (said == side) return answer;
  if (said.empty() && answer->status >= 400) {
    return std::unexpected(fmt::format("{}: NGINX answered {} in its place", side, answer->status));
  }
  return std::unexpected(fmt::format(
      "port {} did not answer for the {}; does NGINX run with this host's configuration?",
      config.nginx.internal_port, side));
}

Compared ComparePath(const HostConfig& config, const Manifest& manifest, const Options& options,
                     const std::string& path) {
  const std::chrono::milliseconds of_function(manifest.limits.timeout_ms + 1000);
  const std::chrono::milliseconds of_monolith(config.monolith->timeout_ms);
  const auto first = AskSide(config, path, options.headers, "monolith", of_monolith);
  if (!first) return {path, first.error(), {}};
  const auto again = AskSide(config, path, options.headers, "monolith", of_monolith);
  if (!again) return {path, again.error(), {}};
  const auto function = AskSide(config, path, options.headers, "function", of_function);
  if (!function) return {path, function.error(), {}};
  return {path, "",
          Compare(*first, *again, *function,
                  std::set<std::string>(options.ignore.begin(), options.ignore.end()))};
}

std::string Text(const Compared& compared) {
  std::string text = "GET " + compared.path;
  if (!compared.fault.empty()) return text + "\n  " + compared.fault + "\n";
  if (compared.same()) return text + "  same\n";
  text += "\n";
  const auto& differences = compared.comparison.differences;
  for (size_t i = 0; i < std::min(differences.size(), kMostShown); ++i) {
    text += fmt::format("  {}: monolith {}, function {}\n", differences[i].where,
                        differences[i].monolith, differences[i].function);
  }
  if (differences.size() > kMostShown) {
    text += fmt::format("  and {} more (--json shows all)\n", differences.size() - kMostShown);
  }
  return text;
}

Json ToJson(const Compared& compared) {
  Json tree = {{"path", compared.path}};
  if (!compared.fault.empty()) {
    tree["fault"] = compared.fault;
    return tree;
  }
  tree["differences"] = Json::array();
  for (const auto& each : compared.comparison.differences) {
    tree["differences"].push_back(
        {{"where", each.where}, {"monolith", each.monolith}, {"function", each.function}});
  }
  tree["noise"] = compared.comparison.noise;
  return tree;
}

// For `fnhost migration`. A host that does not run moves no route, and needs no comparison.
void Keep(const Options& options, int64_t compared, int64_t different, int64_t failed) {
  const HostOption host{.config_file = options.config_file, .socket = ""};
  if (const auto socket = SocketOf(host); !socket || access(socket->c_str(), F_OK) != 0) return;
  const Json request = {{"command", "migration"},
                        {"by", UserName()},
                        {"compared",
                         {{"name", options.name},
                          {"compared", compared},
                          {"different", different},
                          {"failed", failed}}}};
  const auto kept = AskHost(host, request);
  if (!kept) std::fprintf(stderr, "fnhost: not kept: %s\n", kept.error().c_str());
}

int Report(const Options& options, const std::vector<Compared>& all) {
  const auto same = std::ranges::count_if(all, &Compared::same);
  const auto failed = std::ranges::count_if(all, [](const auto& c) { return !c.fault.empty(); });
  const auto total = static_cast<int64_t>(all.size());
  Keep(options, total, total - same - failed, failed);
  if (options.json) {
    Json tree = {
        {"function", options.name},           {"compared", total}, {"same", same},
        {"different", total - same - failed}, {"failed", failed},  {"paths", Json::array()}};
    for (const auto& each : all) tree["paths"].push_back(ToJson(each));
    std::puts(tree.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  } else {
    std::puts(fmt::format("{}: {} paths compared: {} same, {} different, {} failed", options.name,
                          total, same, total - same - failed, failed)
                  .c_str());
  }
  if (std::fflush(stdout) != 0) return Fail("cannot write to stdout");
  return same == total ? 0 : 1;
}

std::expected<void, std::string> ReadHeaders(Options& options) {
  if (options.header_file.empty()) return {};
  std::ifstream file(options.header_file);
  if (!file) {
    return std::unexpected(
        fmt::format("{}: cannot be read: {}", options.header_file, std::strerror(errno)));
  }
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) options.headers.push_back(line);
  }
  return {};
}

int CompareFunction(Options options) {
  const auto config = ReadHostConfig(options.config_file);
  if (!config) return Fail(config.error());
  if (!config->monolith) {
    return Fail(options.config_file + ": names no \"monolith\" to compare with");
  }
  const auto manifest = ManifestOf(*config, options.name);
  if (!manifest) return Fail(manifest.error());
  if (std::ranges::none_of(manifest->routes, ServesGet)) {
    return Fail(options.name + " serves no GET, and nothing else is compared");
  }
  if (const auto read = ReadHeaders(options); !read) return Fail(read.error());
  for (const std::string& path : options.paths) {
    const auto served = InvokeParameters(*manifest, {"GET", path, {}, NewRequestId()});
    if (!served) return Fail(served.error());
  }
  if (options.paths.empty()) {
    options.paths = SamplePaths(*manifest, config->nginx.prefix + "/access.log",
                                static_cast<size_t>(options.samples));
  }
  if (options.paths.empty()) {
    return Fail("the access log has no GET of " + options.name + " yet; name some with --path");
  }
  std::vector<Compared> all;
  for (const std::string& path : options.paths) {
    all.push_back(ComparePath(*config, *manifest, options, path));
    if (!options.json) std::fputs(Text(all.back()).c_str(), stdout);
  }
  return Report(options, all);
}

}  // namespace

void AddCompare(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "compare", "Compare a function's answers with the monolith's")
      .Examples(kExamples)
      .Text("name", options->name, "NAME", "The function", Command::kRequired)
      .Texts("--path", options->paths, "PATH", "What to ask for, with its query; any number")
      .Number("--samples", options->samples, "How many paths to take from the log (default 20)", 1,
              100'000)
      .Texts("--header", options->headers, "NAME:VALUE", "Sent with each request; any number")
      .Text("--header-file", options->header_file, "FILE", "More of them, one a line")
      .Texts("--ignore", options->ignore, "WHERE",
             "Leave this out too, as it is told: 'header vary', 'body $.a[*].id'")
      .Flag("--json", options->json, "One JSON object")
      .Config(options->config_file)
      .Run([options] { return CompareFunction(*options); });
}

}  // namespace host
