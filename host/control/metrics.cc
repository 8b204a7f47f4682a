#include "host/control/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

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
  ClientMetric metric;
  metric.label = std::move(labels);
  if (family.type == MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  family.metric.push_back(std::move(metric));
}

}  // namespace

std::string MetricsText(const HostStatus& status) {
  auto build = Family("fnhost_build_info", "Version of the host and revision of its functions");
  Add(build, {{"version", status.version}, {"revision", status.revision}}, 1);
  auto uptime = Family("fnhost_uptime_seconds", "Since the supervisor was started");
  Add(uptime, {}, status.uptime_s);
  auto ready = Family("fnhost_functions_ready", "1 when every function has a ready worker");
  Add(ready, {}, status.ready() ? 1 : 0);

  auto workers = Family("fnhost_workers", "Worker processes by function and state");
  auto wanted = Family("fnhost_workers_wanted", "Workers that the pool wants");
  auto restarts = Family("fnhost_worker_restarts_total", "Workers started in place of others",
                         MetricType::Counter);
  auto failures = Family("fnhost_worker_failures", "Failed starts in a row; above 0: backing off");
  for (const FunctionStatus& each : status.functions) {
    const ClientMetric::Label function{"function", each.name};
    Add(workers, {function, {"state", "starting"}}, each.starting);
    Add(workers, {function, {"state", "ready"}}, each.ready);
    Add(workers, {function, {"state", "draining"}}, each.draining);
    Add(wanted, {function}, each.wanted);
    Add(restarts, {function}, static_cast<double>(each.restarts));
    Add(failures, {function}, each.failures);
  }
  return prometheus::TextSerializer().Serialize(
      {build, uptime, ready, workers, wanted, restarts, failures});
}

}  // namespace host
