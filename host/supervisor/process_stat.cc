#include "host/supervisor/process_stat.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
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

int64_t Wakeups(pid_t pid) {
  int64_t sum = 0;
  std::error_code error;
  const std::string folder = fmt::format("/proc/{}/task", pid);
  for (auto it = std::filesystem::directory_iterator(folder, error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    std::ifstream file(it->path() / "status");
    for (std::string word; file >> word;) {
      if (word != "voluntary_ctxt_switches:") continue;
      int64_t count = 0;
      file >> count;
      sum += count;
      break;
    }
  }
  return sum;
}

int64_t StartTime(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  std::getline(file, line);
  const size_t name_end = line.rfind(')');  // the name itself may hold anything
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 22; ++field) fields >> skipped;
  int64_t ticks = 0;
  fields >> ticks;
  return ticks;
}

}  // namespace host
