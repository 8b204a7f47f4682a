// The folder of sockets: RUN_DIR/NAME.sock for each function, RUN_DIR/fnhost.sock for control, and
// RUN_DIR/fnhost.lock, which says by flock(2) whose folder it is. The lock goes with its process
// however that ends; the file itself stays.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "host/supervisor/fd.h"

namespace host {

class RunDir {
 public:
  // Makes the folder when it is missing (0755 for root, whose NGINX workers are other users, else
  // 0700) and takes the lock. The error is a line for people; "in use by another fnhost" among
  // them.
  static std::expected<RunDir, std::string> Take(const std::string& path);

  struct Mode {
    unsigned mode = 0600;
    std::string group_of;  // a user whose group gets the socket; "" for none
  };
  // A listening socket (blocking, as foreign FastCGI programs want it) at PATH/NAME.sock. It
  // appears whole (right mode, listening) in one rename(2), which also replaces what a dead
  // supervisor left. Anything at that place that is no socket is left alone, and an error.
  std::expected<Fd, std::string> Listen(const std::string& name, const Mode& mode) const;
  void Remove(const std::string& name) const;

  const std::string& path() const { return path_; }

 private:
  RunDir(std::string path, Fd lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  Fd lock_;
};

// Connections that may wait in a socket's queue.
inline constexpr int kBacklog = 4096;

// What Listen of RunDir does, for a path anywhere.
std::expected<Fd, std::string> ListenUnix(const std::string& path, const RunDir::Mode& mode,
                                          int backlog);

// Empty, or a warning that the kernel cuts the queue below kBacklog, with the remedy.
std::string BacklogWarning(int somaxconn);
int Somaxconn();  // 0 when unknown

}  // namespace host
