#include "host/control/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace host {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

MetricFamily Family(std::string name, std::string help, MetricType type = MetricType::Gauge) {
  MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  return family;
}

void Add(MetricFamily& family, Labels labels, double value) {
  ClientMetric& metric = family.metric.emplace_back();
  metric.label = std::move(labels);
  (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
}

// The metrics with one value per function: adding one is a line.
struct Column {
  const char* name;
  const char* help;
  MetricType type;
  double (*value)(const FunctionStatus& function);
};

template <auto kMember>
double Of(const FunctionStatus& function) {
  return static_cast<double>(function.*kMember);
}

double MostMemory(const FunctionStatus& function) {
  int64_t most_kb = 0;
  for (const WorkerStatus& worker : function.workers) most_kb = std::max(most_kb, worker.memory_kb);
  return static_cast<double>(most_kb * 1024);
}

double AllMemory(const FunctionStatus& function) {
  int64_t sum_kb = 0;
  for (const WorkerStatus& worker : function.workers) sum_kb += worker.memory_kb;
  return static_cast<double>(sum_kb * 1024);
}

using F = FunctionStatus;
constexpr auto kGauge = MetricType::Gauge;
constexpr auto kCounter = MetricType::Counter;
constexpr Column kColumns[] = {
    {"fnhost_function_broken", "1 when the function cannot run at all", kGauge,
     [](const F& each) { return each.fault.empty() ? 0.0 : 1.0; }},
    {"fnhost_workers_wanted", "Workers that the pool wants", kGauge, &Of<&F::wanted>},
    {"fnhost_workers_min", "Fewest workers allowed, as in force now", kGauge, &Of<&F::min>},
    {"fnhost_workers_max", "Most workers allowed, as in force now", kGauge, &Of<&F::max>},
    {"fnhost_worker_restarts_total", "Workers that ended without being asked", kCounter,
     &Of<&F::restarts>},
    {"fnhost_worker_failures", "Failed starts in a row; above 0: backing off", kGauge,
     &Of<&F::failures>},
    {"fnhost_requests_waiting", "Requests that workers have taken and not begun", kGauge,
     &Of<&F::waiting>},
    {"fnhost_connections", "Open connections from NGINX", kGauge, &Of<&F::connections>},
    {"fnhost_requests_timed_out_total", "Requests answered 504: over timeout_ms", kCounter,
     &Of<&F::timeouts>},
    {"fnhost_requests_shed_total", "Requests refused with 503: too much to do", kCounter,
     &Of<&F::shed>},
    {"fnhost_requests_slow_total", "Requests that took longer than slow_ms", kCounter,
     &Of<&F::slow>},
    {"fnhost_cold_starts_total", "Requests that found no worker and started one", kCounter,
     &Of<&F::cold_starts>},
    {"fnhost_deploys_total", "Deploys that succeeded, rollbacks too", kCounter, &Of<&F::deploys>},
    {"fnhost_deploy_running", "1 while a revision is being brought up", kGauge,
     [](const F& each) { return each.deploying.empty() ? 0.0 : 1.0; }},
    {"fnhost_deploy_failed", "1 when the last deploy failed or was taken back", kGauge,
     [](const F& each) { return each.note.empty() ? 0.0 : 1.0; }},
    {"fnhost_fall_backs_total", "Returns to the revision before, by the host itself", kCounter,
     &Of<&F::fall_backs>},
    {"fnhost_scale_ups_total", "Workers started for more load", kCounter, &Of<&F::scale_ups>},
    {"fnhost_scale_downs_total", "Workers drained for less load", kCounter, &Of<&F::scale_downs>},
    {"fnhost_memory_bytes", "Private memory of all workers of a function", kGauge, &AllMemory},
    {"fnhost_worker_memory_bytes", "Private memory of the function's largest worker", kGauge,
     &MostMemory},
    {"fnhost_worker_memory_limit_bytes", "Above it a worker is replaced (memory_mb)", kGauge,
     [](const F& each) { return static_cast<double>(each.memory_limit_kb * 1024); }},
};

std::vector<MetricFamily> HostFamilies(const HostStatus& status,
                                       const std::optional<DatabaseState>& database) {
  std::vector<MetricFamily> families;
  const auto one = [&](const char* name, const char* help, double value) {
    Add(families.emplace_back(Family(name, help)), {}, value);
  };
  Add(families.emplace_back(
          Family("fnhost_build_info", "Version of the host and revision of its configuration")),
      {{"version", status.version}, {"revision", status.revision}}, 1);
  one("fnhost_uptime_seconds", "Since the supervisor was started", status.uptime_s);
  one("fnhost_functions_ready", "1 when every function has a ready worker", status.ready() ? 1 : 0);
  one("fnhost_leftover_workers", "Workers of a supervisor that died", status.leftovers);
  if (database) {
    one("fnhost_database_up", "1 when the database answers with the expected schema",
        database->ok ? 1 : 0);
  }
  return families;
}

void AddFunctionFamilies(const HostStatus& status, std::vector<MetricFamily>& families) {
  auto info = Family("fnhost_function_info", "The revision that a function runs, and how");
  auto workers = Family("fnhost_workers", "Worker processes by function and state");
  auto threads = Family("fnhost_threads", "Threads that handle requests, by what they do");
  auto recycled =
      Family("fnhost_workers_recycled_total", "Workers replaced by plan, by reason", kCounter);
  for (const FunctionStatus& each : status.functions) {
    const ClientMetric::Label function{"function", each.name};
    Add(info, {function, {"mode", each.mode}, {"revision", each.revision}}, 1);
    Add(workers, {function, {"state", "starting"}}, each.starting);
    Add(workers, {function, {"state", "ready"}}, each.ready);
    Add(workers, {function, {"state", "draining"}}, each.draining);
    Add(threads, {function, {"state", "busy"}}, each.busy);
    Add(threads, {function, {"state", "idle"}}, each.threads - each.busy);
    for (const auto& [reason, count] : each.recycled) {
      Add(recycled, {function, {"reason", reason}}, static_cast<double>(count));
    }
  }
  families.push_back(std::move(info));
  families.push_back(std::move(workers));
  families.push_back(std::move(threads));
  families.push_back(std::move(recycled));
  for (const Column& column : kColumns) {
    auto family = Family(column.name, column.help, column.type);
    for (const FunctionStatus& each : status.functions) {
      Add(family, {{"function", each.name}}, column.value(each));
    }
    families.push_back(std::move(family));
  }
}

void AddHistogram(MetricFamily& family, Labels labels, const DurationHistogram& durations) {
  ClientMetric& metric = family.metric.emplace_back();
  metric.label = std::move(labels);
  uint64_t count = 0;
  for (size_t i = 0; i < kDurationBounds.size(); ++i) {
    count += durations.buckets[i];
    metric.histogram.bucket.push_back({count, kDurationBounds[i]});
  }
  metric.histogram.sample_count = count + durations.buckets.back();
  metric.histogram.sample_sum = durations.sum_s;
}

void AddRequestFamilies(const CountersByFunction& counters, std::vector<MetricFamily>& families) {
  auto requests = Family("fnhost_requests_total", "Requests answered, shed ones too", kCounter);
  auto durations = Family("fnhost_request_duration_seconds",
                          "From a request's arrival to its answer", MetricType::Histogram);
  for (const auto& [name, revisions] : counters) {
    for (const auto& [revision, each] : revisions) {
      if (revision == kOlderRevisions) continue;
      for (const auto& [kind, count] : each.answers) {
        Add(requests,
            {{"function", name},
             {"method", kind.first},
             {"code", std::to_string(kind.second)},
             {"revision", revision}},
            static_cast<double>(count));
      }
    }
    for (const auto& [method, each] : Sum(revisions).durations) {
      AddHistogram(durations, {{"function", name}, {"method", method}}, each);
    }
  }
  families.push_back(std::move(requests));
  families.push_back(std::move(durations));
}

}  // namespace

std::string MetricsText(const HostStatus& status, const CountersByFunction& counters,
                        const std::optional<DatabaseState>& database) {
  auto families = HostFamilies(status, database);
  AddFunctionFamilies(status, families);
  AddRequestFamilies(counters, families);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace host
