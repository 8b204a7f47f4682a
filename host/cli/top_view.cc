#include "host/cli/top_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

#include "host/cli/status_table.h"
#include "host/cli/table.h"

namespace host {
namespace {

const FunctionStatus* Find(const HostStatus& status, const std::string& name) {
  const auto found = std::ranges::find(status.functions, name, &FunctionStatus::name);
  return found == status.functions.end() ? nullptr : &*found;
}

double Rate(int64_t before, int64_t now, double seconds) {
  return static_cast<double>(now < before ? now : now - before) / seconds;
}

DurationHistogram Difference(const DurationHistogram& before, const DurationHistogram& now) {
  if (now.count() < before.count()) return now;
  DurationHistogram difference = now;
  for (size_t i = 0; i < kDurationBuckets; ++i) {
    difference.buckets[i] = std::max<int64_t>(0, now.buckets[i] - before.buckets[i]);
  }
  return difference;
}

std::string PerSecond(double rate) {
  if (rate == 0) return "0";
  return rate < 10 ? fmt::format("{:.1f}", rate) : Count(static_cast<int64_t>(rate + 0.5));
}

TopRow Sum(const std::vector<TopRow>& rows) {
  TopRow sum;
  for (const TopRow& row : rows) {
    sum.ready += row.ready;
    sum.busy += row.busy;
    sum.threads += row.threads;
    sum.waiting += row.waiting;
    sum.requests_per_s += row.requests_per_s;
    sum.errors_per_s += row.errors_per_s;
    sum.memory_kb += row.memory_kb;
  }
  return sum;
}

}  // namespace

double Quantile(const DurationHistogram& durations, double q) {
  const int64_t count = durations.count();
  if (count == 0) return -1;
  const double rank = q * static_cast<double>(count);
  double below = 0;
  for (size_t i = 0; i < kDurationBounds.size(); ++i) {
    const auto here = static_cast<double>(durations.buckets[i]);
    if (here > 0 && below + here >= rank) {
      const double from = i == 0 ? 0 : kDurationBounds[i - 1];
      return from + (kDurationBounds[i] - from) * (rank - below) / here;
    }
    below += here;
  }
  return kDurationBounds.back();
}

std::vector<TopRow> TopRows(const TopSample& before, const TopSample& now) {
  const double seconds = std::max(now.at_s - before.at_s, 0.001);
  std::vector<TopRow> rows;
  for (const FunctionStatus& each : now.status.functions) {
    const FunctionStatus* old = Find(before.status, each.name);
    TopRow row{.name = each.name,
               .state = StateOf(each),
               .ready = each.ready,
               .wanted = each.wanted,
               .busy = each.busy,
               .threads = each.threads,
               .waiting = each.waiting,
               .requests_per_s = Rate(old == nullptr ? 0 : old->requests, each.requests, seconds),
               .errors_per_s = Rate(old == nullptr ? 0 : old->errors, each.errors, seconds)};
    const auto durations = now.durations.find(each.name);
    if (durations != now.durations.end()) {
      const auto earlier = before.durations.find(each.name);
      const auto recent = earlier == before.durations.end()
                              ? durations->second
                              : Difference(earlier->second, durations->second);
      row.p50_s = Quantile(recent, 0.5);
      row.p95_s = Quantile(recent, 0.95);
    }
    for (const WorkerStatus& worker : each.workers) row.memory_kb += worker.memory_kb;
    rows.push_back(std::move(row));
  }
  return rows;
}

void Sort(std::vector<TopRow>& rows, TopOrder order) {
  const auto key = [order](const TopRow& row) -> double {
    switch (order) {
      case TopOrder::kRequests:
        return row.requests_per_s;
      case TopOrder::kLatency:
        return row.p95_s;
      case TopOrder::kErrors:
        return row.errors_per_s;
      case TopOrder::kBusy:
        return row.busy + row.waiting;
      case TopOrder::kMemory:
        return static_cast<double>(row.memory_kb);
      case TopOrder::kName:
        break;
    }
    return 0;
  };
  std::ranges::sort(rows, [&](const TopRow& a, const TopRow& b) {
    return std::tuple(-key(a), a.name) < std::tuple(-key(b), b.name);
  });
}

std::string TopText(const TopSample& now, const std::vector<TopRow>& rows, size_t width,
                    size_t height) {
  Table table{.columns = {{.title = "FUNCTION"},
                          {.title = "STATE"},
                          {.title = "READY", .right = true},
                          {.title = "BUSY", .right = true},
                          {.title = "WAIT", .right = true},
                          {.title = "REQ/S", .right = true},
                          {.title = "ERR/S", .right = true},
                          {.title = "P50", .right = true},
                          {.title = "P95", .right = true},
                          {.title = "MEMORY", .right = true}},
              .rows = {}};
  constexpr size_t kLinesAbove = 3;  // two about the host, and the titles
  for (const TopRow& row : rows) {
    if (height > 0 && table.rows.size() + kLinesAbove >= height) break;
    table.rows.push_back({row.name, row.state, fmt::format("{}/{}", row.ready, row.wanted),
                          fmt::format("{}/{}", row.busy, row.threads), Count(row.waiting),
                          PerSecond(row.requests_per_s), PerSecond(row.errors_per_s),
                          Latency(row.p50_s), Latency(row.p95_s), Memory(row.memory_kb)});
  }
  const TopRow sum = Sum(rows);
  const std::string host =
      fmt::format("fnhost {} {}, process {}, up {}, {} functions", now.status.version,
                  now.status.state, now.status.pid, Duration(now.status.uptime_s), rows.size());
  const std::string load = fmt::format(
      "{} requests/s, {} errors/s, {} of {} threads busy, {} waiting, {} workers ready, {}",
      PerSecond(sum.requests_per_s), PerSecond(sum.errors_per_s), sum.busy, sum.threads,
      sum.waiting, sum.ready, Memory(sum.memory_kb));
  return Cut(host, width) + "\n" + Cut(load, width) + "\n" + table.Text(width);
}

}  // namespace host
