#include "host/supervisor/memory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <string_view>

#include "host/supervisor/fd.h"

namespace host {

// proc(5): "size resident shared ...", in pages; shared are the resident pages backed by files.
int64_t PrivateMemoryKb(pid_t pid) {
  const Fd file(open(fmt::format("/proc/{}/statm", pid).c_str(), O_RDONLY | O_CLOEXEC));
  char bytes[128];
  const ssize_t size = file ? read(file.get(), bytes, sizeof bytes) : 0;
  if (size <= 0) return 0;
  int64_t pages[3] = {};
  const char* at = bytes;
  for (int64_t& each : pages) {
    const auto [end, fault] = std::from_chars(at, bytes + size, each);
    if (fault != std::errc() || end == bytes + size) return 0;
    at = end + 1;
  }
  return (pages[1] - pages[2]) * (sysconf(_SC_PAGESIZE) / 1024);
}

}  // namespace host
