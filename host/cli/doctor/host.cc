// Is the host there, and do its functions run?

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <filesystem>
#include <fstream>

#include "host/cli/doctor/doctor.h"
#include "host/cli/table.h"
#include "host/supervisor/leftovers.h"

namespace host::doctor {
namespace {

constexpr int64_t kLargeLog = int64_t{1} << 30;

// The process that holds a flock(2) on the file, seen without taking it: proc(5), /proc/locks. 0
// when nobody does.
pid_t LockedBy(const std::string& file) {
  struct stat there{};
  if (stat(file.c_str(), &there) != 0) return 0;
  const std::string mark =
      fmt::format("{:02x}:{:02x}:{} ", major(there.st_dev), minor(there.st_dev), there.st_ino);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    if (line.find(mark) == std::string::npos || line.find("FLOCK") == std::string::npos) continue;
    // "1: FLOCK  ADVISORY  WRITE 4711 fe:01:12345 0 EOF"
    const size_t end = line.find(' ' + mark);
    return std::atoi(line.c_str() + line.rfind(' ', end - 1) + 1);
  }
  return 0;
}

Findings CheckSilence(const Patient& patient) {
  Findings findings;
  const std::string& run_dir = patient.config.run_dir;
  const pid_t holder = LockedBy(run_dir + "/fnhost.lock");
  if (holder == 0) {
    findings.push_back(Fail("host", "no fnhost runs with " + run_dir,
                            "start it: fnhost run --config " + patient.config_file));
  } else {
    findings.push_back(Fail(
        "host",
        fmt::format("process {} has {} and does not answer ({})", holder, run_dir, patient.silence),
        fmt::format("ask as its user; if it hangs: kill -9 {}, and start it again (its workers "
                    "serve on meanwhile)",
                    holder)));
  }
  if (const auto left = FindLeftovers(run_dir); holder == 0 && !left.empty()) {
    findings.push_back(Warn("workers", fmt::format("{} of a host that died serve on", left.size()),
                            "start the host: it takes them over"));
  }
  return findings;
}

std::optional<Finding> CheckFunction(const FunctionStatus& each) {
  const std::string check = "function " + each.name;
  const std::string logs = "see: fnhost logs " + each.name + " --level warning";
  if (!each.fault.empty()) return Fail(check, each.fault, "mend it, and start the host again");
  if (each.next_start_s >= 0 || each.failures > 0) {
    return Fail(check,
                fmt::format("crashes: {} starts in a row failed, last {}", each.failures,
                            each.last_exit.empty() ? "unknown" : each.last_exit),
                logs + (each.previous.empty() ? "" : "; to go back: fnhost rollback " + each.name));
  }
  if (each.ready == 0 && each.wanted > 0) {
    return Fail(check, fmt::format("none of its {} workers is ready", each.wanted), logs);
  }
  if (!each.note.empty()) return Warn(check, each.note, logs + "; deploy one that starts");
  return std::nullopt;
}

Findings CheckFunctionsRun(const Patient& patient) {
  Findings findings;
  size_t well = 0;
  for (const FunctionStatus& each : patient.status->functions) {
    auto finding = CheckFunction(each);
    if (finding) findings.push_back(*std::move(finding));
    well += finding ? 0 : 1;
  }
  for (const Manifest& each : patient.manifests) {
    if (patient.Find(each.name) == nullptr) {
      findings.push_back(Warn("function " + each.name, "the running host does not know it",
                              "fnhost deploy it, or start the host again"));
    }
  }
  findings.push_back(Ok("functions run", fmt::format("{} of {} are ready, or asleep until asked",
                                                     well, patient.status->functions.size())));
  return findings;
}

std::optional<Finding> CheckLog(const Patient& patient) {
  namespace fs = std::filesystem;
  const std::string& file = patient.config.log_file;
  if (file.empty()) return std::nullopt;
  std::error_code error;
  const auto size = static_cast<int64_t>(fs::file_size(file, error));
  if (error) {
    return Warn("log_file", fmt::format("{}: {}", file, error.message()),
                "direct the host's stderr there, or name the file that it goes to");
  }
  const std::string stderr_link =
      fmt::format("/proc/{}/fd/2", patient.status ? patient.status->pid : 0);
  if (patient.status && fs::exists(stderr_link, error) &&
      !fs::equivalent(stderr_link, file, error)) {
    return Warn("log_file", "the host's stderr goes elsewhere, not to " + file,
                "start it with 2>> " + file + " (after a rotation: with copytruncate)");
  }
  if (size > kLargeLog) {
    return Warn("log_file", fmt::format("{} has {}", file, Memory(size / 1024)),
                "rotate it (logrotate with copytruncate)");
  }
  return Ok("log_file", fmt::format("{}, {}", file, Memory(size / 1024)));
}

}  // namespace

Findings CheckHost(const Patient& patient) {
  if (!patient.status) return CheckSilence(patient);
  Findings findings;
  const HostStatus& status = *patient.status;
  const std::string what = fmt::format("fnhost {} is {}, process {}, up {}", status.version,
                                       status.state, status.pid, Duration(status.uptime_s));
  findings.push_back(status.state == "running"
                         ? Ok("host", what)
                         : Warn("host", what, "wait, or see: fnhost logs --level warning"));
  for (Finding& each : CheckFunctionsRun(patient)) findings.push_back(std::move(each));
  if (status.leftovers > 0) {
    findings.push_back(Warn("workers",
                            fmt::format("{} of a host that died are still there", status.leftovers),
                            "wait until they have left"));
  }
  if (auto log = CheckLog(patient)) findings.push_back(*std::move(log));
  return findings;
}

}  // namespace host::doctor
