#include "host/cli/doctor/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/cli/table.h"

namespace host::doctor {
namespace {

const char* Word(Level level) {
  return level == Level::kOk ? "ok  " : level == Level::kWarn ? "WARN" : "FAIL";
}

const char* JsonWord(Level level) {
  return level == Level::kOk ? "ok" : level == Level::kWarn ? "warn" : "fail";
}

}  // namespace

bool Failed(const Findings& findings) {
  return std::ranges::find(findings, Level::kFail, &Finding::level) != findings.end();
}

std::string ToText(const Findings& findings) {
  std::string text;
  for (const Finding& each : findings) {
    std::string line = fmt::format("{}  {}: {}", Word(each.level), each.check, each.what);
    if (!each.fix.empty()) line += ". Fix: " + each.fix;
    text += Cut(line, 0) + "\n";
  }
  const auto failed = std::ranges::count(findings, Level::kFail, &Finding::level);
  const auto warned = std::ranges::count(findings, Level::kWarn, &Finding::level);
  return text + fmt::format("{} checks, {} failed, {} warnings\n", findings.size(), failed, warned);
}

std::string ToJson(const Findings& findings) {
  nlohmann::ordered_json tree = {{"ok", !Failed(findings)},
                                 {"findings", nlohmann::ordered_json::array()}};
  for (const Finding& each : findings) {
    tree["findings"].push_back({{"level", JsonWord(each.level)},
                                {"check", each.check},
                                {"what", each.what},
                                {"fix", each.fix}});
  }
  return tree.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace host::doctor
