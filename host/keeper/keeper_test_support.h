// A run folder with a real keeper's process, and owners that can be killed.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/keeper/keeper_client.h"

namespace host::testing {

// Waits for `condition`, looking every millisecond, ten seconds at most; false when it never came.
bool Eventually(const std::function<bool()>& condition);

// Whether the process is there and no zombie.
bool Alive(pid_t pid);

bool SameFile(int a, int b);

class RunFolder {
 public:
  RunFolder();
  ~RunFolder();  // kills the keepers that are left
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  std::string socket() const { return path + "/keeper.sock"; }
  KeeperSettings settings() const;
  // The test must succeed in it.
  std::unique_ptr<KeeperClient> Open();
  // Turns the loop until `condition`, ten seconds at most. Once: the loop has ended then.
  bool Turn(const std::function<bool()>& condition);
  // A process that opens the keeper, does `work` with it, lets the loop send all, and waits to be
  // killed. Returns when the work is done.
  pid_t Owner(const std::function<void(KeeperClient&)>& work);
  static void Kill(pid_t child);  // SIGKILL, and reaps it

  // A listening stream socket PATH/NAME.sock, and a connection to it.
  Fd Listen(const std::string& name) const;
  Fd Connect(const std::string& name) const;

  std::string path = "/tmp/fnhost-keeper-XXXXXX";
  EventLoop loop;
  Log log;
};

// Those with the key, in `all`; null when there is none.
const Kept* Find(const std::vector<Kept>& all, const std::string& key);

}  // namespace host::testing
