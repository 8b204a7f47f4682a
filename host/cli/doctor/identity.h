// Who a process is, and what it may do with a file.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <optional>
#include <set>
#include <string>

namespace host::doctor {

struct Identity {
  uid_t user = 0;
  std::set<gid_t> groups;
  std::string name;  // for people: "www-data"

  // By owner, group and mode (access control lists are not looked at); root may all.
  bool MayRead(const struct stat& file) const { return May(file, 4); }
  bool MayWrite(const struct stat& file) const { return May(file, 2); }

 private:
  bool May(const struct stat& file, mode_t bit) const;
};

// As the kernel knows it, supplementary groups included; nothing when there is no such process.
std::optional<Identity> IdentityOf(pid_t process);
// Of this machine's user; nothing when there is none.
std::optional<Identity> IdentityOf(const std::string& user);

}  // namespace host::doctor
