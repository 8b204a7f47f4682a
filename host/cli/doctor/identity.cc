#include "host/cli/doctor/identity.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>

#include <fstream>
#include <sstream>
#include <vector>

namespace host::doctor {
namespace {

std::string NameOf(uid_t user) {
  const passwd* entry = getpwuid(user);
  return entry == nullptr ? fmt::format("user {}", user) : entry->pw_name;
}

}  // namespace

bool Identity::May(const struct stat& file, mode_t bit) const {
  if (user == 0) return true;
  if (file.st_uid == user) return (file.st_mode & (bit << 6)) != 0;
  if (groups.contains(file.st_gid)) return (file.st_mode & (bit << 3)) != 0;
  return (file.st_mode & bit) != 0;
}

// proc(5): "Uid:" and "Gid:" give real, effective, saved and file system ids.
std::optional<Identity> IdentityOf(pid_t process) {
  std::ifstream status(fmt::format("/proc/{}/status", process));
  Identity identity;
  bool found = false;
  for (std::string line; std::getline(status, line);) {
    std::istringstream words(line);
    std::string key;
    words >> key;
    uid_t real = 0;
    if (key == "Uid:" && words >> real >> identity.user) found = true;
    gid_t group = 0;
    if (key == "Gid:" || key == "Groups:") {
      while (words >> group) identity.groups.insert(group);
    }
  }
  if (!found) return std::nullopt;
  identity.name = NameOf(identity.user);
  return identity;
}

std::optional<Identity> IdentityOf(const std::string& user) {
  const passwd* entry = getpwnam(user.c_str());
  if (entry == nullptr) return std::nullopt;
  std::vector<gid_t> groups(256);
  int count = static_cast<int>(groups.size());
  getgrouplist(user.c_str(), entry->pw_gid, groups.data(), &count);
  groups.resize(std::min<size_t>(groups.size(), std::max(count, 0)));
  return Identity{entry->pw_uid, {groups.begin(), groups.end()}, user};
}

}  // namespace host::doctor
