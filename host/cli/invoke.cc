#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "host/cli/invoke/request.h"
#include "host/cli/manifests.h"
#include "host/cli/options.h"
#include "host/supervisor/config.h"
#include "host/wire/client/call.h"

namespace host {
namespace {

constexpr char kExamples[] = R"(Examples:
  fnhost invoke hello GET /hello --config /etc/fnhost.json
  fnhost invoke login POST /api/login/ --header Content-Type:application/json --body login.json \
      --config /etc/fnhost.json
  echo 'a=1' | fnhost invoke note PUT /notes/7/ --body - --config /etc/fnhost.json \
      --header Content-Type:application/x-www-form-urlencoded

Calls a running function over its socket, without NGINX: no limits of rate or body, no retry. The
status and headers go to stderr, the body to stdout. Exit 0 below status 400; 1 from there on (the
body is printed all the same), and when there is no answer.
)";

struct Options {
  std::string config_file;
  std::string name;
  std::string method;
  std::string path;
  std::vector<std::string> headers;
  std::string body_file;
  bool include = false;
  int timeout_ms = 0;
};

std::expected<std::string, std::string> ReadBody(const std::string& file) {
  if (file.empty()) return "";
  if (file == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file)) {
    return std::unexpected(
        fmt::format("{}: cannot be read: {}", file, stream ? "is a folder" : std::strerror(errno)));
  }
  return std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

int Print(const Options& options, const wire::CallAnswer& result) {
  const wire::CgiAnswer& answer = result.answer;
  std::fputs(result.errors.c_str(), stderr);
  std::string head = fmt::format("{} {}\n", answer.status, answer.reason);
  for (const auto& [name, value] : answer.headers) head += name + ": " + value + "\n";
  std::fputs((head + "\n").c_str(), options.include ? stdout : stderr);
  std::fwrite(answer.body.data(), 1, answer.body.size(), stdout);
  if (std::fflush(stdout) != 0) return Fail("cannot write to stdout");
  return answer.status < 400 ? 0 : 1;
}

int Invoke(const Options& options) {
  const auto config = ReadHostConfig(options.config_file);
  if (!config) return Fail(config.error());
  const auto manifest = ManifestOf(*config, options.name);
  if (!manifest) return Fail(manifest.error());
  const auto parameters =
      InvokeParameters(*manifest, {options.method, options.path, options.headers, NewRequestId()});
  if (!parameters) return Fail(parameters.error());
  const auto body = ReadBody(options.body_file);
  if (!body) return Fail(body.error());
  // As long as NGINX waits, and a second for a worker that has to be started first.
  const std::chrono::milliseconds limit(
      options.timeout_ms > 0 ? options.timeout_ms : manifest->limits.timeout_ms + 1500);
  const auto answer = wire::CallFunction(
      config->run_dir + "/" + options.name + ".sock",
      manifest->protocol == Protocol::kUwsgi ? wire::Protocol::kUwsgi : wire::Protocol::kFastcgi,
      *parameters, *body, limit);
  return answer ? Print(options, *answer) : Fail(answer.error());
}

}  // namespace

void AddInvoke(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "invoke", "Call a function without NGINX")
      .Examples(kExamples)
      .Text("name", options->name, "NAME", "The function", Command::kRequired)
      .Text("method", options->method, "METHOD", "GET, HEAD, POST, PUT, PATCH or DELETE",
            Command::kRequired)
      .Text("path", options->path, "/PATH", "As in a URL, with its query", Command::kRequired)
      .Texts("--header", options->headers, "NAME:VALUE", "A header; any number of times")
      .Text("--body", options->body_file, "FILE", "The body; - reads stdin")
      .Number("--timeout", options->timeout_ms,
              "Milliseconds to wait (default: the function's timeout_ms and 1500)", 1, 3'600'000)
      .Flag("-i,--include", options->include, "Status and headers to stdout, before the body")
      .Config(options->config_file)
      .Run([options] { return Invoke(*options); });
}

}  // namespace host
