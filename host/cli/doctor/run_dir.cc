// The folder of sockets, and who gets to them.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include "host/cli/doctor/doctor.h"
#include "host/routing/reach.h"
#include "host/supervisor/fd.h"

namespace host::doctor {
namespace {

namespace fs = std::filesystem;

// "" when somebody listens there, else why not.
std::string Knock(const std::string& path) {
  const Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return "its name is too long";
  std::memcpy(address.sun_path, path.data(), path.size());
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return "";
  if (errno == ECONNREFUSED) return "nobody listens";
  if (errno == EAGAIN) return "its queue is full";
  return std::strerror(errno);
}

// Whose requests come: NGINX's workers', as they run or as they will.
std::optional<Identity> NginxUser(const Patient& patient) {
  if (patient.nginx) {
    std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", *patient.nginx));
    pid_t worker = 0;
    if (children >> worker) return IdentityOf(worker);
  }
  if (!patient.config.nginx.user.empty()) return IdentityOf(patient.config.nginx.user);
  return std::nullopt;
}

std::optional<Finding> CheckSocket(const Patient& patient, const std::string& name,
                                   const std::optional<Identity>& nginx) {
  const std::string path = patient.config.run_dir + "/" + name + ".sock";
  const std::string check = "socket " + name;
  const std::string again = "start the host again: it opens its sockets anew";
  struct stat there{};
  if (lstat(path.c_str(), &there) != 0) {
    return Fail(check, fmt::format("{}: {}", path, std::strerror(errno)), again);
  }
  if (!S_ISSOCK(there.st_mode))
    return Fail(check, path + " is no socket", "remove it; then " + again);
  if (nginx && !nginx->MayWrite(there)) {
    return Fail(check,
                fmt::format("{}: NGINX's user {} may not connect (mode {:o})", path, nginx->name,
                            there.st_mode & 07777),
                "set nginx.user to that user and " + again);
  }
  if ((there.st_mode & 0007) != 0) {
    return Fail(check,
                fmt::format("{}: everybody may connect (mode {:o})", path, there.st_mode & 07777),
                "chmod o= " + path);
  }
  const FunctionStatus* function = patient.Find(name);
  // A pool that sleeps would be woken by a knock.
  if (function != nullptr && function->ready == 0) return std::nullopt;
  if (const std::string why = Knock(path); !why.empty()) {
    return Fail(check, fmt::format("{}: {}", path, why), again);
  }
  return std::nullopt;
}

Findings CheckSockets(const Patient& patient) {
  Findings findings;
  const auto nginx = NginxUser(patient);
  size_t well = 0;
  for (const Manifest& each : patient.manifests) {
    auto finding = CheckSocket(patient, each.name, nginx);
    if (finding) findings.push_back(*std::move(finding));
    well += finding ? 0 : 1;
  }
  findings.push_back(
      Ok("sockets", fmt::format("{} of {} are as they should be", well, patient.manifests.size())));
  return findings;
}

// What nobody serves any more.
Findings CheckStale(const Patient& patient) {
  std::set<std::string> known = {"fnhost.sock", "keeper.sock"};
  for (const Manifest& each : patient.manifests) known.insert(each.name + ".sock");
  Findings findings;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(patient.config.run_dir, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".sock") || known.contains(name)) continue;
    if (const std::string why = Knock(entry.path()); !why.empty()) {
      findings.push_back(Warn("stale socket", fmt::format("{}: {}", entry.path().string(), why),
                              "rm " + entry.path().string()));
    }
  }
  return findings;
}

std::optional<Finding> CheckFolder(const Patient& patient) {
  const std::string& path = patient.config.run_dir;
  struct stat there{};
  if (stat(path.c_str(), &there) != 0 || !S_ISDIR(there.st_mode)) {
    return Fail("run_dir",
                fmt::format("{}: {}", path, errno != 0 ? std::strerror(errno) : "is no folder"),
                "start the host: it makes it (the folder above must be there)");
  }
  if ((there.st_mode & 0022) != 0) {
    return Fail(
        "run_dir",
        fmt::format("{}: others may put sockets there (mode {:o})", path, there.st_mode & 07777),
        "chmod go-w " + path);
  }
  if (!patient.host.MayWrite(there)) {
    return Fail("run_dir", fmt::format("{}: {} may not write there", path, patient.host.name),
                fmt::format("chown {} {}", patient.host.name, path));
  }
  if (const auto nginx = NginxUser(patient); nginx && nginx->user != patient.host.user) {
    if (const auto reached = CanReach(nginx->name, path); !reached) {
      return Fail("run_dir", reached.error(), "let NGINX's user pass, or choose another folder");
    }
  }
  return std::nullopt;
}

}  // namespace

Findings CheckRunDir(const Patient& patient) {
  if (auto fault = CheckFolder(patient)) return {*std::move(fault)};
  Findings findings = {Ok("run_dir", patient.config.run_dir)};
  if (patient.status) {
    const std::string control = patient.config.run_dir + "/fnhost.sock";
    struct stat there{};
    if (stat(control.c_str(), &there) == 0 && (there.st_mode & 0077) != 0) {
      findings.push_back(Fail("control socket",
                              fmt::format("{}: others may command the host (mode {:o})", control,
                                          there.st_mode & 07777),
                              "chmod 600 " + control));
    } else {
      findings.push_back(Ok("control socket", control));
    }
    for (Finding& each : CheckSockets(patient)) findings.push_back(std::move(each));
  }
  for (Finding& each : CheckStale(patient)) findings.push_back(std::move(each));
  return findings;
}

}  // namespace host::doctor
