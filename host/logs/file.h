// Reading a log that others write, rotate and truncate meanwhile.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/supervisor/fd.h"

namespace host {

// A line longer than this is handed on in pieces.
inline constexpr size_t kMaxLogLineBytes = size_t{16} << 20;

// Hands the whole lines of an open file, the last one first, to `line` until it returns false. What
// stands behind the last line break is a line that is still being written: left out. Returns the
// offset of that rest. Throws std::system_error when the file cannot be read.
off_t LinesBackwards(int fd, const std::function<bool(std::string_view)>& line);

// Goes on where a file was read to, as `tail -F` does: when another file takes its name (rotation)
// the old one is read to its end first; when it shrinks (truncation) it is read from its beginning;
// while nothing has that name it waits. A line is handed on when its line break is there; what
// stands without one at a file's end is handed on when the file is left.
class LogFollower {
 public:
  // `fd` is the file of that name now, or none.
  LogFollower(std::string path, Fd fd, off_t from);

  // The lines that came since. Waits for `limit` at most, and not at all when there are some;
  // woken by inotify where that works, and every quarter of a second.
  std::vector<std::string> Wait(std::chrono::milliseconds limit);

 private:
  bool ReadOn(std::vector<std::string>& lines);  // false: there is more
  void TakeRest(std::vector<std::string>& lines);
  bool Replaced() const;
  void OpenAgain();
  void WatchFile();

  const std::string path_;
  const Fd inotify_;
  Fd fd_;
  off_t at_;
  std::string rest_;  // read, its line break not yet
  int watch_ = -1;
};

}  // namespace host
