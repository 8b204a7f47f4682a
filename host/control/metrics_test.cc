#include "host/control/metrics.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <ctime>

#include "host/control/prometheus_text_test_support.h"
#include "host/scoreboard/scoreboard.h"

using host::testing::MetricText;
using host::testing::ParsePrometheusText;

namespace {

host::HostStatus StatusOf(int functions) {
  host::HostStatus status;
  status.version = "1.0";
  status.state = "running";
  for (int i = 0; i < functions; ++i) {
    host::FunctionStatus function;
    function.name = "f" + std::to_string(i);
    function.mode = "dynamic";
    function.revision = "0123456789ab";
    function.ready = 2;
    function.threads = 16;
    function.busy = 3;
    function.restarts = 4;
    function.memory_limit_kb = 1024;
    function.recycled["memory"] = 2;
    for (int worker = 0; worker < 2; ++worker) {
      function.workers.push_back({.pid = 10 + worker, .state = "ready", .memory_kb = 300 + worker});
    }
    status.functions.push_back(function);
  }
  return status;
}

// What a busy function has: four methods, some codes, two revisions.
host::CountersByFunction CountersOf(int functions) {
  host::CountersByFunction all;
  for (int i = 0; i < functions; ++i) {
    for (const char* revision : {"0123456789ab", "ba9876543210", host::kOlderRevisions}) {
      host::Counters& counters = all["f" + std::to_string(i)][revision];
      for (const char* method : {"GET", "HEAD", "POST", "DELETE"}) {
        for (const int code : {200, 404, 503}) counters.answers[{method, code}] = code;
        counters.durations[method].buckets = {1, 2, 3};
        counters.durations[method].buckets.back() = 4;
        counters.durations[method].sum_s = 42.5;
      }
    }
  }
  return all;
}

std::map<std::string, MetricText> Parsed(const std::string& text) {
  auto metrics = ParsePrometheusText(text);
  if (!metrics) BOOST_FAIL(metrics.error());
  return *std::move(metrics);
}

std::chrono::duration<double, std::milli> CpuTime() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

double Value(const std::map<std::string, MetricText>& metrics, const std::string& name,
             const std::map<std::string, std::string>& labels) {
  for (const auto& [metric, text] : metrics) {
    for (const auto& sample : text.samples) {
      if (sample.name == name && sample.labels == labels) return sample.value;
    }
  }
  BOOST_FAIL("no sample " << name);
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(metrics_are_what_a_strict_reader_of_prometheus_text_takes) {
  const auto metrics = Parsed(host::MetricsText(StatusOf(3), CountersOf(3), host::DatabaseState{}));
  for (const auto& [name, metric] : metrics) {
    BOOST_TEST(name.starts_with("fnhost_"));
    BOOST_TEST(metric.help.size() > 10u, name << " says nothing");
    BOOST_TEST(!metric.samples.empty(), name << " has no samples");
  }
  BOOST_TEST(Value(metrics, "fnhost_worker_restarts_total", {{"function", "f1"}}) == 4);
  BOOST_TEST(Value(metrics, "fnhost_worker_memory_bytes", {{"function", "f0"}}) == 301 * 1024);
  BOOST_TEST(Value(metrics, "fnhost_threads", {{"function", "f0"}, {"state", "idle"}}) == 13);
  BOOST_TEST(Value(metrics, "fnhost_database_up", {}) == 0);
}

BOOST_AUTO_TEST_CASE(requests_stand_by_revision_and_durations_add_them_up) {
  const auto metrics = Parsed(host::MetricsText(StatusOf(1), CountersOf(1), std::nullopt));
  BOOST_TEST(Value(metrics, "fnhost_requests_total",
                   {{"function", "f0"},
                    {"method", "POST"},
                    {"code", "404"},
                    {"revision", "ba9876543210"}}) == 404);
  for (const auto& sample : metrics.at("fnhost_requests_total").samples) {
    BOOST_TEST(sample.labels.at("revision") != host::kOlderRevisions);
  }
  const std::map<std::string, std::string> get{{"function", "f0"}, {"method", "GET"}};
  const std::string name = "fnhost_request_duration_seconds";
  BOOST_TEST(Value(metrics, name + "_count", get) == 3 * 10);
  BOOST_TEST(Value(metrics, name + "_sum", get) == 3 * 42.5);
  auto bucket = get;
  bucket["le"] = "0.0005";
  BOOST_TEST(Value(metrics, name + "_bucket", bucket) == 3 * 6);
  bucket["le"] = "10";
  BOOST_TEST(Value(metrics, name + "_bucket", bucket) == 3 * 6);
  BOOST_TEST(!metrics.contains("fnhost_database_up"));  // none is configured
}

BOOST_AUTO_TEST_CASE(hostile_names_stay_within_their_quotes) {
  auto status = StatusOf(1);
  status.revision = "a\"} 1\nfnhost_evil 2\\";
  const auto metrics = Parsed(host::MetricsText(status, {}, std::nullopt));
  BOOST_TEST(metrics.at("fnhost_build_info").samples.at(0).labels.at("revision") ==
             status.revision);
  BOOST_TEST(!metrics.contains("fnhost_evil"));
}

// From the scoreboards to the text: what a scrape takes of the supervisor's one thread.
BOOST_AUTO_TEST_CASE(the_page_of_200_busy_functions_is_made_in_a_moment) {
  constexpr int kWorkers = 2;
  std::vector<host::Scoreboard> boards;
  for (int i = 0; i < 200 * kWorkers; ++i) {
    boards.push_back(*host::Scoreboard::Create(8));
    for (int thread = 0; thread < 8; ++thread) {
      for (const char* method : {"GET", "HEAD", "POST"}) {
        for (const int code : {200, 404, 503}) {
          boards.back().thread(thread).Count(method, code, code * 10'000);
        }
      }
    }
  }
  const auto status = StatusOf(200);
  const auto start = CpuTime();
  host::CountersByFunction counters;
  for (size_t i = 0; i < boards.size(); ++i) {
    counters[status.functions[i / kWorkers].name]["0123456789ab"] += boards[i].ReadCounters();
  }
  const auto read = CpuTime();
  const std::string text = host::MetricsText(status, counters, std::nullopt);
  const auto end = CpuTime();
  BOOST_TEST_MESSAGE("read in " << (read - start).count() << " ms, " << text.size()
                                << " bytes written in " << (end - read).count() << " ms");
  BOOST_TEST((end - start).count() < 2000);  // 20 ms without sanitizers
}

BOOST_AUTO_TEST_CASE(the_strict_reader_blames_what_is_wrong) {
  const std::string head = "# HELP a_total x\n# TYPE a_total counter\n";
  BOOST_TEST(ParsePrometheusText(head + "a_total{b=\"c\\\\d\"} 1\n").has_value());
  const std::string histogram = "# HELP h x\n# TYPE h histogram\n";
  for (const std::string& bad :
       {head + "a_total 1", head + "b 1\n", head + "a_total -1\n", head + "a_total 1 \n",
        head + "a_total 1\na_total 2\n", head + head, head + "a_total{b=\"c} 1\n",
        std::string("a 1\n"), std::string("# HELP a x\n# TYPE a counter\na 1\n"),
        histogram + "h_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n",
        histogram + "h_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
        histogram + "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n"}) {
    BOOST_TEST(!ParsePrometheusText(bad).has_value(), bad);
  }
}
