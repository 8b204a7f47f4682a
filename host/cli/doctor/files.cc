// Keys and secrets, binaries, and the state folder.

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>

#include "host/cli/doctor/doctor.h"
#include "host/revisions/file.h"
#include "host/revisions/function_records.h"

namespace host::doctor {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostRecordBytes = size_t{16} << 20;

// Public keys are nobody's secret.
bool IsSecret(const std::string& variable) { return variable.find("PUBLIC") == std::string::npos; }

std::optional<Finding> CheckSecret(const Patient& patient, const std::string& variable,
                                   const std::string& path) {
  struct stat there{};
  if (stat(path.c_str(), &there) != 0) {
    return Fail(variable, fmt::format("{}: {}", path, std::strerror(errno)),
                "put it there, or name another file in " + patient.config_file);
  }
  if (!patient.host.MayRead(there)) {
    return Fail(variable, fmt::format("{}: {} may not read it", path, patient.host.name),
                fmt::format("chown {} {}", patient.host.name, path));
  }
  if ((there.st_mode & 0022) != 0) {
    return Fail(variable, path + ": others may write it", "chmod go-w " + path);
  }
  if (IsSecret(variable) && S_ISREG(there.st_mode) && (there.st_mode & 0004) != 0) {
    return Fail(variable, path + ": everybody may read it", "chmod 600 " + path);
  }
  if (IsSecret(variable) && S_ISREG(there.st_mode) && (there.st_mode & 0040) != 0) {
    return Warn(variable, path + ": its group may read it", "chmod 600 " + path);
  }
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error)) {  // a folder of keys
    if (auto finding = CheckSecret(patient, variable, entry.path().string())) return finding;
  }
  return std::nullopt;
}

Findings CheckSecrets(const Patient& patient) {
  std::map<std::string, std::string> files;  // path -> variable
  const auto collect = [&](const std::map<std::string, std::string>& variables) {
    for (const auto& [name, value] : variables) {
      if (name.ends_with("_FILE")) files[value] = name;
    }
  };
  collect(patient.config.environment);
  for (const auto& [need, variables] : patient.config.needs) collect(variables);
  if (patient.config.ready) {
    files[patient.config.ready->database_url_file] = "ready.database_url_file";
  }
  Findings findings;
  size_t well = 0;
  for (const auto& [path, variable] : files) {
    auto finding = CheckSecret(patient, variable, path);
    if (finding) findings.push_back(*std::move(finding));
    well += finding ? 0 : 1;
  }
  findings.push_back(Ok("keys and secrets",
                        fmt::format("{} of {} are there, for the host alone", well, files.size())));
  return findings;
}

// That what runs is still on the disk: a restart needs it.
Findings CheckRecords(const std::string& state_dir) {
  const std::string file = state_dir + "/functions.json";
  if (access(file.c_str(), F_OK) != 0) return {Ok("state_dir", state_dir + ": nothing deployed")};
  const auto text = ReadFile(file, kMostRecordBytes);
  if (!text) return {Fail("state_dir", text.error(), "restore it from the backup")};
  const auto records = ParseFunctionRecords(*text, file);
  if (!records) {
    Findings findings;
    for (const std::string& fault : records.error()) {
      findings.push_back(Fail("state_dir", fault, "restore it from the backup"));
    }
    return findings;
  }
  Findings findings;
  for (const auto& [name, record] : *records) {
    if (record.current.empty()) continue;
    const std::string binary =
        fmt::format("{}/revisions/{}/{}/{}", state_dir, name, record.current, name);
    if (access(binary.c_str(), X_OK) == 0) continue;
    findings.push_back(Fail("state_dir", fmt::format("{}: {}", binary, std::strerror(errno)),
                            "deploy the function again, or restore it from the backup"));
  }
  findings.push_back(Ok("state_dir", fmt::format("{}: {} functions", state_dir, records->size())));
  return findings;
}

Findings CheckState(const Patient& patient) {
  const std::string& path = patient.config.state_dir;
  if (path.empty()) {
    return {Warn("state_dir", "none is set: nothing can be deployed, and routes cannot be switched",
                 "set \"state_dir\" in " + patient.config_file)};
  }
  struct stat there{};
  if (stat(path.c_str(), &there) != 0) {
    return {Fail("state_dir", fmt::format("{}: {}", path, std::strerror(errno)),
                 "make the folder above it; the host makes it at its start")};
  }
  if (!patient.host.MayWrite(there)) {
    return {Fail("state_dir", fmt::format("{}: {} may not write there", path, patient.host.name),
                 fmt::format("chown -R {} {}", patient.host.name, path))};
  }
  if ((there.st_mode & 0022) != 0) {
    return {Fail("state_dir", path + ": others may put binaries there", "chmod go-w " + path)};
  }
  return CheckRecords(path);
}

}  // namespace

Findings CheckFiles(const Patient& patient) {
  Findings findings = CheckSecrets(patient);
  for (Finding& each : CheckState(patient)) findings.push_back(std::move(each));
  return findings;
}

}  // namespace host::doctor
