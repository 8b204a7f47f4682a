// The dashboard and the alerts in deploy/ ask for metrics that this host has.

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "host/control/metrics.h"
#include "host/control/prometheus_text_test_support.h"

namespace {

std::string Read(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  BOOST_REQUIRE_MESSAGE(stream.good(), file);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// Every name of a sample that a host can show: all kinds of metrics are there once.
const std::set<std::string>& Known() {
  static const std::set<std::string> known = [] {
    host::FunctionStatus function;
    function.name = "f";
    function.recycled["memory"] = 1;
    host::HostStatus status;
    status.functions = {function};
    host::CountersByFunction counters;
    counters["f"]["abc"].answers[{"GET", 200}] = 1;
    counters["f"]["abc"].durations["GET"].buckets[0] = 1;
    const auto metrics = host::testing::ParsePrometheusText(
        host::MetricsText(status, counters, host::DatabaseState{}));
    BOOST_REQUIRE(metrics.has_value());
    std::set<std::string> names;
    for (const auto& [name, metric] : *metrics) {
      for (const auto& sample : metric.samples) names.insert(sample.name);
    }
    return names;
  }();
  return known;
}

size_t ExpectKnown(const std::string& expression) {
  static const std::regex name("fnhost_[a-z0-9_]+");
  size_t count = 0;
  for (auto at = std::sregex_iterator(expression.begin(), expression.end(), name);
       at != std::sregex_iterator(); ++at, ++count) {
    BOOST_TEST(Known().contains(at->str()), at->str() << " in " << expression);
  }
  return count;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_panel_of_the_dashboard_asks_for_metrics_there_are) {
  const auto dashboard = nlohmann::json::parse(Read("deploy/dashboards/fnhost.json"));
  std::set<int> ids;
  size_t names = 0;
  for (const auto& panel : dashboard.at("panels")) {
    BOOST_TEST(ids.insert(panel.at("id").get<int>()).second, "two panels of one id");
    if (panel.at("type") == "row") continue;
    BOOST_TEST(!panel.at("targets").empty(), panel.at("title"));
    for (const auto& target : panel.at("targets")) {
      const size_t found = ExpectKnown(target.at("expr").get<std::string>());
      BOOST_TEST(found > 0u, panel.at("title"));
      names += found;
    }
  }
  BOOST_TEST(names > 20u);
  for (const auto& variable : dashboard.at("templating").at("list")) {
    if (variable.at("type") == "query") ExpectKnown(variable.at("query").at("query"));
  }
  for (const auto& each : dashboard.at("annotations").at("list")) ExpectKnown(each.at("expr"));
}

BOOST_AUTO_TEST_CASE(every_alert_asks_for_metrics_there_are_and_says_what_it_means) {
  const std::string rules = Read("deploy/alerts/fnhost.rules.yml");
  const std::string operations = Read("docs/operations.md");
  static const std::regex start("- alert: ([A-Za-z]+)\n");
  size_t count = 0;
  for (auto at = std::sregex_iterator(rules.begin(), rules.end(), start);
       at != std::sregex_iterator(); ++at, ++count) {
    const std::string rest = at->suffix();
    const std::string rule = rest.substr(0, rest.find("- alert: "));
    BOOST_TEST(ExpectKnown(rule) > 0u, at->str());
    for (const char* part : {"expr:", "severity:", "summary:"}) {
      BOOST_TEST(rule.find(part) != std::string::npos, at->str() << " lacks " << part);
    }
    BOOST_TEST(operations.find("`" + (*at)[1].str() + "`") != std::string::npos,
               "docs/operations.md does not say what to do about " << (*at)[1].str());
  }
  BOOST_TEST(count >= 10u);
}
