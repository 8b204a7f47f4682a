// A worker for fnhost_test: behaves as TEST_BEHAVIOUR says and serves nothing.

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>

#include "host/scoreboard/scoreboard.h"

namespace {

// It says when it is ready, as programs with the SDK do.
[[gnu::used]] constexpr char kSdk[] = "fnhost-sdk-1";

// One thread of it answered three GETs, one of them with 500, shed one, and is at a POST. That
// began in an hour, so that nobody finds it late.
void LookBusy(const host::Scoreboard& board) {
  board.worker().attached = 1;
  host::ThreadBoard& mine = board.thread(0);
  mine.Enter();
  for (const int status : {200, 200, 500}) mine.Count("GET", status, 3'000'000);
  mine.CountShed();
  const auto begun = std::chrono::steady_clock::now() + std::chrono::hours(1);
  mine.Begin(begun.time_since_epoch().count());
  mine.Describe("POST", "/busy", "id-1");
  board.worker().waiting = 2;
  board.worker().connections = 5;
}

}  // namespace

int main() {
  const char* behaviour = std::getenv("TEST_BEHAVIOUR");
  const std::string how = behaviour == nullptr ? "good" : behaviour;
  const char* ready = std::getenv("FNHOST_READY_FD");
  if (how == "crash" || ready == nullptr) return 3;
  std::signal(SIGTERM, [](int) { _exit(0); });
  if (how == "stubborn") std::signal(SIGTERM, SIG_IGN);
  const auto board = host::Scoreboard::Attach(std::atoi(std::getenv("FNHOST_SCOREBOARD_FD")));
  if (!board) return 6;
  if (how == "busy") LookBusy(*board);
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  if (how == "stuck") {
    board->worker().attached = 1;
    board->thread(0).Begin(now);
  }
  if (how == "silent") {
    board->worker().attached = 1;
    board->worker().alive_ns = now;
  }
  board->worker().ready = 1;
  const int fd = std::atoi(ready);
  if (write(fd, "R", 1) != 1) return 5;
  close(fd);
  for (;;) pause();
}
