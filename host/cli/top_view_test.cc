#include "host/cli/top_view.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

using host::TopOrder;
using host::TopRows;
using host::TopSample;

namespace {

TopSample Sample(double at_s, int64_t requests, int64_t errors, int64_t fast, int64_t slow) {
  TopSample sample{.at_s = at_s,
                   .status = {.version = "1.0", .state = "running", .pid = 7, .uptime_s = 90},
                   .durations = {}};
  host::FunctionStatus function;
  function.name = "login";
  function.ready = function.wanted = 2;
  function.threads = 16;
  function.busy = 3;
  function.requests = requests;
  function.errors = errors;
  function.workers = {{.pid = 1, .memory_kb = 2048}, {.pid = 2, .memory_kb = 1024}};
  sample.status.functions = {function};
  sample.durations["login"].buckets[3] = fast;  // 0.5 to 1 ms
  sample.durations["login"].buckets[9] = slow;  // 50 to 100 ms
  return sample;
}

}  // namespace

BOOST_AUTO_TEST_CASE(rates_and_latencies_are_of_the_time_between_two_looks) {
  const auto rows = TopRows(Sample(10, 1000, 5, 900, 100), Sample(12, 1100, 9, 980, 120));
  BOOST_REQUIRE(rows.size() == 1u);
  BOOST_TEST(rows[0].requests_per_s == 50);
  BOOST_TEST(rows[0].errors_per_s == 2);
  BOOST_TEST(rows[0].p50_s > 0.0005);
  BOOST_TEST(rows[0].p50_s < 0.001);
  BOOST_TEST(rows[0].p95_s > 0.05);  // a fifth of the 100 in between was slow
  BOOST_TEST(rows[0].p95_s < 0.1);
  BOOST_TEST(rows[0].memory_kb == 3072);
}

BOOST_AUTO_TEST_CASE(without_requests_there_is_no_latency) {
  const auto rows = TopRows(Sample(10, 1000, 5, 900, 100), Sample(12, 1000, 5, 900, 100));
  BOOST_TEST(rows.at(0).requests_per_s == 0);
  BOOST_TEST(rows.at(0).p50_s == -1);
  BOOST_TEST(rows.at(0).p95_s == -1);
}

BOOST_AUTO_TEST_CASE(a_host_started_again_counts_from_zero) {
  const auto rows = TopRows(Sample(10, 1000, 5, 900, 100), Sample(11, 30, 1, 30, 0));
  BOOST_TEST(rows.at(0).requests_per_s == 30);
  BOOST_TEST(rows.at(0).errors_per_s == 1);
  BOOST_TEST(rows.at(0).p95_s < 0.001);
}

BOOST_AUTO_TEST_CASE(a_quantile_is_what_prometheus_would_say) {
  host::DurationHistogram durations;
  BOOST_TEST(host::Quantile(durations, 0.5) == -1);
  durations.buckets[0] = 10;  // up to 0.1 ms
  durations.buckets[1] = 10;  // up to 0.25 ms
  BOOST_TEST(host::Quantile(durations, 0.5) == 0.0001, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(host::Quantile(durations, 0.75) == 0.000175, boost::test_tools::tolerance(1e-9));
  durations.buckets.back() = 100;  // longer than all bounds
  BOOST_TEST(host::Quantile(durations, 0.95) == 10.0);
}

BOOST_AUTO_TEST_CASE(rows_stand_by_what_the_reader_asks_for) {
  std::vector<host::TopRow> rows = {{.name = "b", .requests_per_s = 5, .p95_s = 1},
                                    {.name = "a", .requests_per_s = 5, .p95_s = 2},
                                    {.name = "c", .requests_per_s = 9, .memory_kb = 1}};
  const auto names = [&](TopOrder order) {
    host::Sort(rows, order);
    std::string all;
    for (const auto& row : rows) all += row.name;
    return all;
  };
  BOOST_TEST(names(TopOrder::kRequests) == "cab");
  BOOST_TEST(names(TopOrder::kLatency) == "abc");
  BOOST_TEST(names(TopOrder::kMemory) == "cab");
  BOOST_TEST(names(TopOrder::kName) == "abc");
}

BOOST_AUTO_TEST_CASE(the_screen_is_never_taller_or_wider_than_the_terminal) {
  const auto now = Sample(12, 1100, 9, 980, 120);
  std::vector<host::TopRow> rows(50, TopRows(Sample(10, 1000, 5, 900, 100), now).at(0));
  const std::string text = host::TopText(now, rows, 60, 20);
  BOOST_TEST(std::ranges::count(text, '\n') == 20);
  for (size_t from = 0; from < text.size();) {
    const size_t end = text.find('\n', from);
    BOOST_TEST(end - from <= 60u);
    from = end + 1;
  }
  const std::string whole = host::TopText(now, {rows[0]}, 0, 0);
  BOOST_TEST(whole ==
             "fnhost 1.0 running, process 7, up 1 m 30 s, 1 functions\n"
             "50 requests/s, 2.0 errors/s, 3 of 16 threads busy, 0 waiting, 2 workers ready, "
             "3.0 MB\n"
             "FUNCTION  STATE  READY  BUSY  WAIT  REQ/S  ERR/S     P50    P95  MEMORY\n"
             "login     ready    2/2  3/16     0     50    2.0  0.8 ms  88 ms  3.0 MB\n");
}
