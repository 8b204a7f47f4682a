// A worker for fnhost_test: behaves as TEST_BEHAVIOUR says and serves nothing.

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "host/scoreboard/scoreboard.h"

namespace {

// One thread of it answered three GETs, one of them with 500, shed one, and is at a POST for ever.
void LookBusy() {
  static auto board = host::Scoreboard::Attach(std::atoi(std::getenv("FNHOST_SCOREBOARD_FD")));
  if (!board) _exit(6);
  board->worker().attached = 1;
  host::ThreadBoard& mine = board->thread(0);
  mine.Enter();
  for (const int status : {200, 200, 500}) mine.Count("GET", status, 3'000'000);
  mine.CountShed();
  mine.Begin(1);
  mine.Describe("POST", "/busy", "id-1");
  board->worker().waiting = 2;
  board->worker().connections = 5;
}

}  // namespace

int main() {
  const char* behaviour = std::getenv("TEST_BEHAVIOUR");
  const std::string how = behaviour == nullptr ? "good" : behaviour;
  const char* ready = std::getenv("FNHOST_READY_FD");
  if (how == "crash" || ready == nullptr) return 3;
  std::signal(SIGTERM, [](int) { _exit(0); });
  if (how == "stubborn") std::signal(SIGTERM, SIG_IGN);
  if (how == "busy") LookBusy();
  const int fd = std::atoi(ready);
  if (write(fd, "R", 1) != 1) return 5;
  close(fd);
  for (;;) pause();
}
