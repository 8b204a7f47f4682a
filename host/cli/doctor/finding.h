// What `fnhost doctor` finds: a line each, with the remedy where something is wrong.
#pragma once

#include <string>
#include <vector>

namespace host::doctor {

enum class Level { kOk, kWarn, kFail };

struct Finding {
  Level level = Level::kOk;
  std::string check;  // what was looked at: "run_dir", "socket login"
  std::string what;   // what was seen
  std::string fix;    // what to do; "" when all is well
};

using Findings = std::vector<Finding>;

inline Finding Ok(std::string check, std::string what) {
  return {Level::kOk, std::move(check), std::move(what), ""};
}
inline Finding Warn(std::string check, std::string what, std::string fix) {
  return {Level::kWarn, std::move(check), std::move(what), std::move(fix)};
}
inline Finding Fail(std::string check, std::string what, std::string fix) {
  return {Level::kFail, std::move(check), std::move(what), std::move(fix)};
}

// A line per finding, "ok", "WARN" or "FAIL" first, and one with the counts.
std::string ToText(const Findings& findings);
// {"ok":false,"findings":[{"level":"fail","check":...,"what":...,"fix":...},...]}; "ok" unless
// something failed.
std::string ToJson(const Findings& findings);

bool Failed(const Findings& findings);

}  // namespace host::doctor
