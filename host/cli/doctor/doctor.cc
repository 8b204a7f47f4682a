#include "host/cli/doctor/doctor.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "host/cli/client.h"
#include "host/cli/manifests.h"
#include "host/routing/nginx_master.h"
#include "host/supervisor/functions.h"

namespace host::doctor {
namespace {

std::optional<pid_t> FindNginx(const HostConfig& config) {
  const std::string pid_file = config.nginx.prefix + "/nginx.pid";
  pid_t pid = 0;
  if (!NginxMaster::Find(pid_file) || !(std::ifstream(pid_file) >> pid)) return std::nullopt;
  return pid;
}

void AskStatus(Patient& patient) {
  const auto answer = Ask(patient.config.run_dir + "/fnhost.sock", R"({"command":"status"})");
  if (!answer) {
    patient.silence = answer.error();
    return;
  }
  try {
    patient.status = StatusFromJson(nlohmann::json::parse(*answer).at("status").dump());
  } catch (const nlohmann::json::exception&) {
    patient.silence = "its answer is none of a host's";
  }
}

Finding CheckConfigFile(const std::string& file) {
  struct stat there{};
  if (stat(file.c_str(), &there) == 0 && (there.st_mode & 0022) != 0) {
    return Fail("configuration", fmt::format("{}: others may write it", file),
                "chmod go-w " + file);
  }
  return Ok("configuration", file);
}

void CheckFunctions(Patient& patient, Findings& findings) {
  const auto add = [&](const std::string& fault) {
    findings.push_back(Fail("functions", fault, "mend it, or remove the folder; then deploy"));
  };
  const size_t before = findings.size();
  if (const auto offered = LoadFunctions(patient.config); !offered) {
    std::ranges::for_each(offered.error(), add);
  } else {
    std::ranges::for_each(offered->faults, add);
    for (const auto& broken : offered->broken) std::ranges::for_each(broken.faults, add);
  }
  auto manifests = ManifestsOf(patient.config);
  if (manifests) {
    patient.manifests = *std::move(manifests);
    if (findings.size() == before) {
      findings.push_back(Ok("manifests", fmt::format("{} functions", patient.manifests.size())));
    }
  } else if (findings.size() == before) {
    std::ranges::for_each(manifests.error(), add);
  }
}

}  // namespace

const FunctionStatus* Patient::Find(const std::string& function) const {
  if (!status) return nullptr;
  const auto found = std::ranges::find(status->functions, function, &FunctionStatus::name);
  return found == status->functions.end() ? nullptr : &*found;
}

Findings Examine(const std::string& config_file) {
  Findings findings;
  auto config = ReadHostConfig(config_file);
  if (!config) {
    for (const std::string& fault : config.error()) {
      findings.push_back(Fail("configuration", fault, "mend the file; the host does not start"));
    }
    return findings;
  }
  findings.push_back(CheckConfigFile(config_file));
  Patient patient{.config_file = config_file,
                  .config = *std::move(config),
                  .manifests = {},
                  .status = {},
                  .silence = "",
                  .host = *IdentityOf(getpid()),
                  .nginx = {}};
  AskStatus(patient);
  if (patient.status) {
    if (const auto host = IdentityOf(patient.status->pid)) patient.host = *host;
  }
  patient.nginx = FindNginx(patient.config);
  CheckFunctions(patient, findings);
  for (const auto& check :
       {&CheckHost, &CheckRunDir, &CheckNginx, &CheckDatabases, &CheckFiles, &CheckMachine}) {
    Findings found = check(patient);
    findings.insert(findings.end(), std::make_move_iterator(found.begin()),
                    std::make_move_iterator(found.end()));
  }
  return findings;
}

}  // namespace host::doctor
