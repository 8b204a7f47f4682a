#include "host/routing/nginx_master.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "host/supervisor/pidfd.h"

namespace host {
namespace {

// What the process calls itself: NGINX writes its role there. Arguments are cut off.
std::string TitleOf(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/cmdline", pid), std::ios::binary);
  std::string title;
  std::getline(file, title, '\0');
  return title;
}

}  // namespace

std::optional<NginxMaster> NginxMaster::Find(const std::string& pid_file) {
  pid_t pid = 0;
  if (!(std::ifstream(pid_file) >> pid) || pid <= 1) return std::nullopt;
  Fd process(pidfd_open(pid, 0));
  if (!process || !TitleOf(pid).starts_with("nginx: master process")) return std::nullopt;
  return NginxMaster(pid, std::move(process));
}

std::expected<void, std::string> NginxMaster::Reload() const {
  if (pidfd_send_signal(process_.get(), SIGHUP, nullptr, 0) == 0) return {};
  return std::unexpected(fmt::format(
      "cannot signal NGINX (process {}): {}{}", pid_, std::strerror(errno),
      errno == EPERM ? "; run NGINX and fnhost as the same user, or fnhost as root" : ""));
}

bool NginxMaster::alive() const {
  return pidfd_send_signal(process_.get(), 0, nullptr, 0) == 0 || errno != ESRCH;
}

std::set<pid_t> NginxMaster::Workers() const {
  std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", pid_));
  std::set<pid_t> workers;
  for (pid_t pid = 0; children >> pid;) {
    if (TitleOf(pid) == "nginx: worker process") workers.insert(pid);
  }
  return workers;
}

}  // namespace host
