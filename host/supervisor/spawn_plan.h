// SpawnPlan: posix_spawn's arguments, freed together. What all our children have in common: signals
// at their defaults, none blocked, and no descriptor but those that the plan names.
#pragma once

#include <spawn.h>

#include <csignal>

namespace host {

class SpawnPlan {
 public:
  // `apart`: POSIX_SPAWN_SETPGROUP for a process group of its own, POSIX_SPAWN_SETSID for a
  // session.
  explicit SpawnPlan(short apart) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | apart));
  }
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // In the child, in the order of the calls: ours as its descriptor `as`; a file; and, last,
  // nothing from `least` on.
  void Give(int fd, int as) { posix_spawn_file_actions_adddup2(&actions_, fd, as); }
  void Open(int as, const char* path, int flags) {
    posix_spawn_file_actions_addopen(&actions_, as, path, flags, 0);
  }
  void CloseFrom(int least) { posix_spawn_file_actions_addclosefrom_np(&actions_, least); }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace host
