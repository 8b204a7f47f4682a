// What the machine allows: queues, descriptors, disks, the clock.

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "host/cli/doctor/doctor.h"
#include "host/cli/table.h"
#include "host/supervisor/run_dir.h"

namespace host::doctor {
namespace {

namespace fs = std::filesystem;

// The hard limit of a process: the host raises its own to that.
int64_t MostFiles(pid_t process) {
  std::ifstream limits(fmt::format("/proc/{}/limits", process));
  for (std::string line; std::getline(limits, line);) {
    if (!line.starts_with("Max open files")) continue;
    std::istringstream words(line.substr(14));
    std::string soft;
    std::string hard;
    words >> soft >> hard;
    return hard == "unlimited" ? INT64_MAX : std::atoll(hard.c_str());
  }
  rlimit own{};
  getrlimit(RLIMIT_NOFILE, &own);
  return static_cast<int64_t>(own.rlim_max);
}

// The supervisor keeps some descriptors per worker and socket; a worker one per connection.
Finding CheckDescriptors(const Patient& patient) {
  int64_t needed = 256;
  for (const Manifest& each : patient.manifests) needed += 4 + int64_t{6} * each.pool.max;
  needed = std::max<int64_t>(needed, 1024);
  const int64_t limit = MostFiles(patient.status ? patient.status->pid : 0);
  if (limit < needed) {
    return Fail("open files", fmt::format("the limit is {}, {} may be needed", limit, needed),
                "LimitNOFILE= of the service, or ulimit -Hn");
  }
  return Ok("open files", fmt::format("the limit is {}", limit));
}

Finding CheckQueue() {
  const std::string warning = BacklogWarning(Somaxconn());
  if (warning.empty()) return Ok("somaxconn", std::to_string(Somaxconn()));
  const size_t fix = warning.find("sysctl");
  return Warn("somaxconn", warning.substr(0, warning.rfind(':', fix)), warning.substr(fix));
}

std::optional<Finding> CheckDisk(const std::string& folder) {
  struct statvfs disk{};
  if (statvfs(folder.c_str(), &disk) != 0) return std::nullopt;  // told by who needs the folder
  const auto free_kb = static_cast<int64_t>(disk.f_bavail * (disk.f_frsize / 1024));
  const double share = static_cast<double>(disk.f_bavail) /
                       static_cast<double>(std::max<fsblkcnt_t>(disk.f_blocks, 1));
  const bool inodes = disk.f_files > 0 && disk.f_favail * 100 < disk.f_files;
  const std::string what = fmt::format("{}: {} free ({:.0f} %){}", folder, Memory(free_kb),
                                       share * 100, inodes ? ", few inodes left" : "");
  const std::string fix = "make room: rotate logs, remove what nobody needs";
  if (free_kb < 16 * 1024) return Fail("disk", what, fix);
  if (inodes || free_kb < 256 * 1024 || share < 0.03) return Warn("disk", what, fix);
  return Ok("disk", what);
}

Findings CheckDisks(const Patient& patient) {
  std::map<dev_t, Finding> by_disk;
  const HostConfig& config = patient.config;
  for (const std::string& folder :
       {config.run_dir, config.state_dir, fs::path(config.log_file).parent_path().string(),
        config.nginx.prefix}) {
    struct stat there{};
    if (folder.empty() || stat(folder.c_str(), &there) != 0) continue;
    if (auto finding = CheckDisk(folder)) by_disk.try_emplace(there.st_dev, *std::move(finding));
  }
  Findings findings;
  for (auto& [disk, finding] : by_disk) findings.push_back(std::move(finding));
  return findings;
}

// Tokens expire by the clock, so a wrong one refuses good tokens or takes old ones.
Finding CheckClock() {
  timex clock{};
  if (adjtimex(&clock) >= 0 && (clock.status & STA_UNSYNC) != 0) {
    return Warn("clock", "follows no time server, as far as the kernel knows",
                "run chrony or systemd-timesyncd");
  }
  return Ok("clock", "follows a time server");
}

}  // namespace

Findings CheckMachine(const Patient& patient) {
  Findings findings = {CheckQueue(), CheckDescriptors(patient)};
  for (Finding& each : CheckDisks(patient)) findings.push_back(std::move(each));
  findings.push_back(CheckClock());
  return findings;
}

}  // namespace host::doctor
