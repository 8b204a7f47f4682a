#include "host/routing/reach.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

namespace host {
namespace {

std::vector<gid_t> GroupsOf(const passwd& user) {
  int count = 64;
  std::vector<gid_t> groups(static_cast<size_t>(count));
  if (getgrouplist(user.pw_name, user.pw_gid, groups.data(), &count) < 0) {
    groups.resize(static_cast<size_t>(count));
    getgrouplist(user.pw_name, user.pw_gid, groups.data(), &count);
  }
  groups.resize(static_cast<size_t>(count));
  return groups;
}

}  // namespace

std::expected<void, std::string> CanReach(const std::string& user, const std::string& folder) {
  const passwd* found = getpwnam(user.c_str());
  if (found == nullptr) return std::unexpected(fmt::format("there is no user {}", user));
  if (found->pw_uid == 0) return {};
  const auto groups = GroupsOf(*found);
  std::filesystem::path path;
  for (const auto& part : std::filesystem::path(folder)) {
    path /= part;
    struct stat there{};
    if (stat(path.c_str(), &there) != 0) {
      return std::unexpected(fmt::format("{}: {}", path.string(), std::strerror(errno)));
    }
    const bool member = std::ranges::find(groups, there.st_gid) != groups.end();
    const mode_t bit = there.st_uid == found->pw_uid ? S_IXUSR : member ? S_IXGRP : S_IXOTH;
    if ((there.st_mode & bit) == 0) {
      return std::unexpected(fmt::format("{}: NGINX's user {} may not pass through it; chmod {} {}",
                                         path.string(), user,
                                         bit == S_IXOTH   ? "o+x"
                                         : bit == S_IXGRP ? "g+x"
                                                          : "u+x",
                                         path.string()));
    }
  }
  return {};
}

}  // namespace host
