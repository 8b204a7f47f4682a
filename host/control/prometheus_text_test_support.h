// A strict reader of Prometheus' text format 0.0.4, for tests: what a real scraper or promtool
// would take or blame.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace host::testing {

struct Sample {
  std::string name;  // of a histogram with its _bucket, _sum, _count
  std::map<std::string, std::string> labels;
  double value = 0;
};

struct MetricText {
  std::string type;
  std::string help;
  std::vector<Sample> samples;
};

// By metric name. Blames: lines that are none of the format; HELP or TYPE missing, twice or after
// samples; a metric in two places; a series twice; counters below 0 or without _total; histograms
// whose buckets are out of order, shrink, lack +Inf, or differ from _count.
std::expected<std::map<std::string, MetricText>, std::string> ParsePrometheusText(
    std::string_view text);

}  // namespace host::testing
