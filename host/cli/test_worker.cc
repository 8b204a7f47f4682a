// A worker for fnhost_test: behaves as TEST_BEHAVIOUR says and serves nothing.

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

int main() {
  const char* behaviour = std::getenv("TEST_BEHAVIOUR");
  const std::string how = behaviour == nullptr ? "good" : behaviour;
  const char* ready = std::getenv("FNHOST_READY_FD");
  if (how == "crash" || ready == nullptr) return 3;
  std::signal(SIGTERM, [](int) { _exit(0); });
  if (how == "stubborn") std::signal(SIGTERM, SIG_IGN);
  const int fd = std::atoi(ready);
  if (write(fd, "R", 1) != 1) return 5;
  close(fd);
  for (;;) pause();
}
