// The database, as /readyz asks it and as each function logs in.

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <set>

#include "host/cli/doctor/doctor.h"
#include "host/control/database_check.h"

namespace host::doctor {
namespace {

constexpr char kVariable[] = "DATABASE_URL_FILE";
constexpr int kClockTolerance = 5;  // s

Finding AskClock(const std::string& file) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  const auto state = AskDatabase(
      {.database_url_file = file,
       .query = fmt::format("SELECT abs(extract(epoch FROM clock_timestamp()) - {}) <= {}", now,
                            kClockTolerance),
       .expect = "true"});
  if (state.ok) return Ok("database clock", "agrees with this machine's");
  return Warn("database clock", fmt::format("differs by more than {} s", kClockTolerance),
              "let both machines follow a time server (chrony)");
}

}  // namespace

Findings CheckDatabases(const Patient& patient) {
  Findings findings;
  const auto& ready = patient.config.ready;
  if (ready) {
    const auto state = AskDatabase(*ready);
    if (state.ok) {
      findings.push_back(Ok("database", "answers the ready check: " + state.found));
      findings.push_back(AskClock(ready->database_url_file));
    } else {
      findings.push_back(Fail("database", state.detail,
                              "is it running, and does " + ready->database_url_file +
                                  " name it? /readyz says 503 meanwhile"));
    }
  }
  std::map<std::string, std::string> files;  // by need; of the functions there are
  for (const Manifest& manifest : patient.manifests) {
    for (const std::string& need : manifest.needs) {
      const auto found = patient.config.needs.find(need);
      if (found == patient.config.needs.end()) continue;  // told with the manifests
      const auto file = found->second.find(kVariable);
      if (file != found->second.end()) files[need] = file->second;
    }
  }
  size_t well = 0;
  for (const auto& [need, file] : files) {
    const auto state = AskDatabase({.database_url_file = file, .query = "SELECT 1", .expect = "1"});
    if (state.ok) {
      ++well;
    } else {
      findings.push_back(Fail("database of needs." + need, state.detail,
                              "check the role and its password in " + file));
    }
  }
  if (well > 0) {
    findings.push_back(Ok("database logins", fmt::format("{} of {} work", well, files.size())));
  }
  return findings;
}

}  // namespace host::doctor
