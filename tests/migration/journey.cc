#include "tests/migration/journey.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <nlohmann/json.hpp>

#include "tests/instance/host.h"

namespace migration {
namespace {

nlohmann::json Routes(const std::string& name) {
  const auto ran = e2e::Fnhost("migration status " + name + " --json");
  BOOST_REQUIRE_MESSAGE(ran.exit_code == 0, ran.output);
  return nlohmann::json::parse(ran.output).at("routes");
}

void CheckAt(const Names& names, const std::string& to) {
  for (const auto& name : names) BOOST_TEST(TargetOf(name) == to, name << " is not at " << to);
}

}  // namespace

std::string TargetOf(const std::string& name) { return Routes(name).at(0).at("to"); }

Names Functions(const std::string& prefix, bool with) {
  Names names;
  for (const auto& route : Routes("")) {
    const auto name = route.at("name").get<std::string>();
    if (name.starts_with(prefix) == with) names.push_back(name);
  }
  return names;
}

void Journey::Promote(const Names& names, const std::string& to, const std::string& options) {
  const auto ran =
      e2e::Fnhost(fmt::format("migration promote {} {}", fmt::join(names, " "), options));
  BOOST_REQUIRE_MESSAGE(ran.exit_code == 0, ran.output);
  ++switches_;
  if (names.size() < 10) CheckAt(names, to);
}

void Journey::Refused(const Names& names, const std::string& options, const std::string& words) {
  const auto was = TargetOf(names[0]);
  const auto ran =
      e2e::Fnhost(fmt::format("migration promote {} {}", fmt::join(names, " "), options));
  BOOST_TEST(ran.exit_code == 1, ran.output);
  BOOST_TEST(ran.output.find(words) != std::string::npos, ran.output);
  BOOST_TEST(TargetOf(names[0]) == was);
}

void Journey::Undo(const Names& names, const std::string& to) {
  const auto start = std::chrono::steady_clock::now();
  const auto ran = e2e::Fnhost(fmt::format("migration undo {}", fmt::join(names, " ")));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  BOOST_REQUIRE_MESSAGE(ran.exit_code == 0, ran.output);
  slowest_undo_s_ = std::max(slowest_undo_s_, took.count());
  ++switches_;
  if (!names.empty()) BOOST_TEST(TargetOf(names[0]) == to);
}

void Journey::Compare(const std::string& name, const std::string& path) {
  const auto ran = e2e::Fnhost("compare " + name + " --path '" + path + "' --ignore body");
  BOOST_TEST(ran.output.find(name + ": 1 paths compared") != std::string::npos, ran.output);
}

long Journey::Import() {
  const auto ran = e2e::Bash("./dev import --from '" + e2e::State() +
                             "/secrets/old-site.dsn' --json --state '" + e2e::State() + "'");
  BOOST_REQUIRE_MESSAGE(ran.exit_code == 0, ran.output);
  const auto report = nlohmann::json::parse(ran.output);
  BOOST_TEST(report.at("users").at("refused") == 0);
  BOOST_TEST(report.at("thoughts").at("refused") == 0);
  const long came = report.at("thoughts").at("imported");
  ++imports_;
  imported_ += came;
  return came;
}

void Journey::LastImport() {
  for (int quiet = 0; quiet < 2;) quiet = Import() == 0 ? quiet + 1 : 0;
}

}  // namespace migration
