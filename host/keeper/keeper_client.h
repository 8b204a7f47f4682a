// KeeperClient: the supervisor's end of its keeper (keeper.h), which it starts when there is none.
//
//   auto keeper = KeeperClient::Open(loop, log, run_dir);
//   for (Kept& each : (*keeper)->TakeKept()) ...            // of a supervisor that died
//   (*keeper)->Put("socket:login", "{}", socket.get());
//   ...
//   (*keeper)->End();                                        // all pools are drained
//
// Guarantees: what has been put and not dropped is there for the next supervisor, whatever ends
// this one. A keeper that dies is replaced, and gets everything again: this holds a duplicate of
// each descriptor for that. Nothing waits for a keeper that hangs, Open and End excepted, which
// give up. Destroying the client without End leaves the keeper with all it has, as dying does.
//
// Not promised: anything when supervisor and keeper die together, or for what was put so short
// before the supervisor's death that the keeper had died and was not replaced yet.
//
// All calls are the loop's thread's. One client per run_dir: take the folder's lock first.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <deque>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/base/clock.h"
#include "host/base/log.h"
#include "host/keeper/packet.h"
#include "host/supervisor/event_loop.h"
#include "host/supervisor/fd.h"

namespace host {

struct Kept {
  std::string key;
  std::string metadata;
  Fd fd;  // close-on-exec
};

struct KeeperSettings {
  std::string program = "/proc/self/exe";  // run as `fnhost keep RUN_DIR/keeper.sock`
  std::chrono::milliseconds patience{2'000};
};

class KeeperClient {
 public:
  // Takes over the run_dir's keeper, or starts one, and waits until it answers. The error is a line
  // for people: it cannot be started, is another's, or hangs.
  static std::expected<std::unique_ptr<KeeperClient>, std::string> Open(
      EventLoop& loop, const Log& log, const std::string& run_dir, KeeperSettings settings = {});
  ~KeeperClient();
  KeeperClient(const KeeperClient&) = delete;
  KeeperClient& operator=(const KeeperClient&) = delete;

  // What an earlier supervisor left, once. The keeper keeps it still: Put it again under its key to
  // have it also kept by a keeper started later, or Drop it.
  std::vector<Kept> TakeKept() { return std::exchange(kept_, {}); }

  // A key is 1 to 128 visible ASCII characters ("worker:login:12345"); metadata at most 4096 bytes.
  // Throws std::invalid_argument for others. What cannot be kept for want of descriptors, or
  // because there are too many entries, is told in the log.
  void Put(const std::string& key, const std::string& metadata, int fd);
  void Drop(const std::string& key);

  // The keeper removes its socket and exits, with all it has. Waits for that; one that hangs is
  // killed. Nothing else may be called afterwards.
  void End();

  bool settled() const { return outgoing_.empty(); }  // the keeper has all that was put
  pid_t pid() const { return pid_; }                  // -1 when there is none or it is not known

 private:
  struct Entry {
    std::string metadata;
    std::shared_ptr<const Fd> fd;
  };
  struct Outgoing {
    std::string packet;
    std::shared_ptr<const Fd> fd;
  };

  KeeperClient(EventLoop& loop, const Log& log, const std::string& run_dir,
               KeeperSettings settings);
  std::expected<bool, std::string> Take();  // false: there is no keeper
  std::expected<bool, std::string> TakeEntries();
  std::expected<void, std::string> Start();
  std::expected<keeper::Packet, std::string> Receive(std::vector<Fd>& fds);
  void Serve();
  void On(uint32_t events);
  void Send(Outgoing outgoing);
  void Flush();
  void Lost();
  void Restart();
  void Reap();

  EventLoop& loop_;
  const Log& log_;
  const std::string path_;
  const KeeperSettings settings_;
  Fd socket_;
  pid_t pid_ = -1;
  bool child_ = false;  // ours to reap
  std::vector<Kept> kept_;
  std::map<std::string, Entry> entries_;
  std::deque<Outgoing> outgoing_;  // what the keeper has not taken yet
  SteadyTime started_;
  std::chrono::milliseconds pause_{0};  // before the next start
  EventLoop::TimerId timer_ = 0;
};

}  // namespace host
