#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <ranges>
#include <string>
#include <vector>

#include "host/cli/options.h"
#include "host/logs/file.h"
#include "host/logs/line.h"
#include "host/supervisor/config.h"

namespace host {
namespace {

constexpr char kExamples[] = R"(Examples:
  fnhost logs --config /etc/fnhost.json                    the last 100 lines
  fnhost logs login -f --config /etc/fnhost.json           one function, and what comes
  fnhost logs --since 10m --level warning --config /etc/fnhost.json
  fnhost logs --json --since 2026-11-24T05:00 --config /etc/fnhost.json | jq .msg
  journalctl -u fnhost -o cat -f | fnhost logs --file -    when the log goes to the journal

Reads the file that the configuration names as "log_file". Rotated files are other files: --file.
)";

constexpr int kDefaultLines = 100;

struct Options {
  std::string function;
  std::string config_file;
  std::string file;
  std::string since;
  std::string level = "debug";
  int lines = 0;
  bool follow = false;
  bool json = false;
};

// FILE of the options or the configuration, or a line for people.
std::expected<std::string, std::vector<std::string>> FileOf(const Options& options) {
  if (!options.file.empty()) return options.file;
  const auto config = ReadHostConfig(options.config_file);
  if (!config) return std::unexpected(config.error());
  if (!config->log_file.empty()) return config->log_file;
  return std::unexpected(
      std::vector{options.config_file +
                  ": log_file: is missing; name the file that stderr of `fnhost run` "
                  "goes to, or read another: fnhost logs --file FILE"});
}

void Print(std::string_view line, const LogView& view) {
  if (const auto text = RenderLogLine(line, view)) std::fputs(text->c_str(), stdout);
}

int Written() { return std::fflush(stdout) == 0 ? 0 : Fail("cannot write to stdout"); }

int FromStdin(const LogView& view) {
  for (std::string line; std::getline(std::cin, line);) {
    Print(line, view);
    if (Written() != 0) return 1;
  }
  return 0;
}

// Prints the last lines and gives the offset to go on from.
off_t PrintLast(int fd, const LogView& view, size_t most) {
  std::vector<std::string> last;
  // Lines of several processes may stand a little out of order.
  int older = 0;
  const off_t rest = LinesBackwards(fd, [&](std::string_view line) {
    const std::string_view time = TimeOf(line);
    if (!time.empty() && time < view.since) return ++older < 1000;
    if (auto text = RenderLogLine(line, view)) last.push_back(*std::move(text));
    return most == 0 || last.size() < most;
  });
  for (const std::string& text : std::views::reverse(last)) std::fputs(text.c_str(), stdout);
  return rest;
}

int Logs(const Options& options, LogView view) {
  if (options.file == "-") return FromStdin(view);
  const auto file = FileOf(options);
  if (!file) return Fail(file.error());
  Fd fd(open(file->c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && !(options.follow && errno == ENOENT)) {
    return Fail(fmt::format("{}: cannot be read: {}{}", *file, std::strerror(errno),
                            errno == EACCES ? "; ask as the user that runs the host" : ""));
  }
  size_t most = options.lines;
  if (most == 0 && options.since.empty()) most = kDefaultLines;
  const off_t from = fd ? PrintLast(fd.get(), view, most) : 0;
  if (Written() != 0) return 1;
  if (!options.follow) return 0;
  for (LogFollower follower(*file, std::move(fd), from);;) {
    for (const std::string& line : follower.Wait(std::chrono::hours(1))) Print(line, view);
    if (Written() != 0) return 1;
  }
}

int Start(const Options& options) {
  LogView view{.function = options.function,
               .least = Level::kDebug,
               .since = "",
               .json = options.json,
               .color = isatty(1) == 1 && std::getenv("NO_COLOR") == nullptr};
  if (options.level == "info") view.least = Level::kInfo;
  if (options.level == "warning") view.least = Level::kWarning;
  if (options.level == "error") view.least = Level::kError;
  if (!options.since.empty()) {
    const auto since = ParseSince(options.since, std::chrono::system_clock::now());
    if (!since) {
      Fail("--since: write 90s, 10m, 2h, 1d, or a time as 2026-11-24T05:00:00Z");
      return 2;
    }
    view.since = *since;
  }
  if (options.config_file.empty() == options.file.empty()) {
    Fail("--config FILE or --file FILE is required, not both");
    return 2;
  }
  return Logs(options, view);
}

}  // namespace

void AddLogs(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "logs", "Show what the host and its functions logged")
      .Examples(kExamples)
      .Text("name", options->function, "NAME", "Only lines of this function")
      .Flag("-f,--follow", options->follow, "Go on as lines come, through rotation and truncation")
      .Text("--since", options->since, "TIME", "90s, 10m, 2h or 1d ago, or a time in UTC")
      .OneOf("--level", options->level, {"debug", "info", "warning", "error"},
             "The least level shown")
      .Number("-n,--lines", options->lines,
              "So many lines at most (default 100, or all of --since)", 1)
      .Flag("--json", options->json, "One JSON object a line")
      .Text("--config", options->config_file, "FILE", "Configuration of the host (JSON)")
      .Text("--file", options->file, "FILE", "Another log; - reads stdin")
      .Run([options] { return Start(*options); });
}

}  // namespace host
