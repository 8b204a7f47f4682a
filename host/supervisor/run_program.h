// RunProgram: a program that runs beside the event loop, as `nginx -t`: what it says, how it ended.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/supervisor/event_loop.h"

namespace host {

struct ProgramEnd {
  int exit = -1;           // its exit code; -1 when a signal ended it
  int signal = 0;          // that signal; 0 when none did
  bool timed_out = false;  // the deadline passed, so we killed it
  std::string text;        // its stdout and stderr, in the order they came
  bool cut = false;        // there was more text than we keep

  bool ok() const { return exit == 0; }
};

// A started program. Destroying it kills the program with its children and waits for it; `done` is
// not called then.
class Program {
 public:
  virtual ~Program() = default;
};

struct ProgramLimits {
  std::chrono::milliseconds deadline{10'000};  // then SIGKILL
  size_t text_bytes = 65536;                   // what is beyond is read and dropped
};

// Starts argv[0], found by PATH when it has no slash, in our environment: stdin empty, no other
// descriptor, signals at their defaults, a process group of its own. `done` runs once from the
// loop's thread, after the program has ended (its children may live on, what they say later is not
// waited for); it may destroy the Program. The error is a line for people: not found, no right.
std::expected<std::unique_ptr<Program>, std::string> RunProgram(
    EventLoop& loop, std::vector<std::string> argv, std::function<void(ProgramEnd)> done,
    ProgramLimits limits = {});

}  // namespace host
