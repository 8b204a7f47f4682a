#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>

#include "host/cli/options.h"
#include "host/cli/screen.h"
#include "host/cli/top_view.h"

namespace host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr char kExamples[] = R"(Examples:
  fnhost top --config /etc/fnhost.json
  fnhost top --interval 5 --sort p95 --config /etc/fnhost.json
  fnhost top --once --config /etc/fnhost.json              one table of one second, for a pipe

Shows what the functions do, again every second. Keys: r requests, l latency, e errors, b busy,
m memory, n name (the order of the rows); space looks at once; q ends.
REQ/S, ERR/S (500 to 599), P50 and P95 are of the last interval; P95 is guessed from the histogram's
buckets, as Prometheus does.
)";

struct Options {
  HostOption host;
  int interval_s = 1;
  bool once = false;
  std::string sort = "requests";
};

constexpr std::pair<const char*, TopOrder> kOrders[] = {
    {"requests", TopOrder::kRequests}, {"p95", TopOrder::kLatency},   {"errors", TopOrder::kErrors},
    {"busy", TopOrder::kBusy},         {"memory", TopOrder::kMemory}, {"name", TopOrder::kName}};

TopOrder OrderOf(const std::string& word) {
  return std::ranges::find(kOrders, word, [](const auto& each) { return std::string(each.first); })
      ->second;
}

std::optional<TopOrder> OrderOf(char key) {
  constexpr std::pair<char, TopOrder> kKeys[] = {
      {'r', TopOrder::kRequests}, {'l', TopOrder::kLatency}, {'e', TopOrder::kErrors},
      {'b', TopOrder::kBusy},     {'m', TopOrder::kMemory},  {'n', TopOrder::kName}};
  const auto* found = std::ranges::find(kKeys, key, &std::pair<char, TopOrder>::first);
  return found == std::end(kKeys) ? std::nullopt : std::optional(found->second);
}

std::expected<TopSample, std::string> Look(const HostOption& host) {
  const auto status = AskHost(host, {{"command", "status"}});
  if (!status) return std::unexpected(status.error());
  const auto durations = AskHost(host, {{"command", "durations"}});
  if (!durations) return std::unexpected(durations.error());
  TopSample sample;
  sample.at_s = std::chrono::duration<double>(steady_clock::now().time_since_epoch()).count();
  sample.status = StatusFromJson(status->at("status").dump());
  for (const auto& [name, each] : durations->at("durations").items()) {
    const auto buckets = each.at("buckets").get<std::vector<int64_t>>();
    if (buckets.size() != kDurationBuckets) {
      return std::unexpected("this host is of another version: other buckets of durations");
    }
    std::ranges::copy(buckets, sample.durations[name].buckets.begin());
  }
  return sample;
}

std::string Text(const TopSample& before, const TopSample& now, TopOrder order, size_t width = 0,
                 size_t height = 0) {
  auto rows = TopRows(before, now);
  Sort(rows, order);
  return TopText(now, rows, width, height);
}

// A table after each interval, one below the other.
int Plain(const Options& options, TopSample before) {
  do {
    std::this_thread::sleep_for(std::chrono::seconds(options.interval_s));
    auto now = Look(options.host);
    if (!now) return Fail(now.error());
    std::fputs(Text(before, *now, OrderOf(options.sort)).c_str(), stdout);
    if (std::fflush(stdout) != 0) return Fail("cannot write to stdout");
    before = *std::move(now);
  } while (!options.once);
  return 0;
}

// The view until q or a signal; the error is why the host does not answer any more.
std::expected<void, std::string> Live(const Options& options, TopSample before) {
  Screen screen;
  TopOrder order = OrderOf(options.sort);
  TopSample now = before;
  const auto interval = std::chrono::seconds(options.interval_s);
  auto next = steady_clock::now() + interval;
  for (;;) {
    screen.Show(Text(before, now, order, screen.width(), screen.height()));
    const auto left = std::chrono::ceil<milliseconds>(next - steady_clock::now());
    const auto happened = screen.Wait(std::max(left, milliseconds(0)));
    if (happened.event == Screen::Event::kEnd || happened.key == 'q') return {};
    if (const auto chosen = OrderOf(happened.key)) order = *chosen;
    if (happened.event != Screen::Event::kTime && happened.key != ' ') continue;
    auto look = Look(options.host);
    if (!look) return std::unexpected(look.error());
    before = std::exchange(now, *std::move(look));
    next = steady_clock::now() + interval;
  }
}

int Top(const Options& options) {
  auto first = Look(options.host);
  if (!first) return Fail(first.error());
  if (options.once || isatty(1) == 0) return Plain(options, *std::move(first));
  const auto ended = Live(options, *std::move(first));
  return ended ? 0 : Fail(ended.error());
}

}  // namespace

void AddTop(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  std::vector<std::string> orders;
  for (const auto& [word, order] : kOrders) orders.emplace_back(word);
  Command(app, chosen, "top", "Show live what the functions do")
      .Examples(kExamples)
      .Number("--interval", options->interval_s, "Seconds between two looks (default 1)", 1, 3600)
      .Flag("--once", options->once, "One table, and the end")
      .OneOf("--sort", options->sort, orders, "What the first row has most of")
      .Host(options->host)
      .Run([options] { return Top(*options); });
}

}  // namespace host
