#include "host/logs/file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace host {
namespace {

constexpr size_t kBlock = 256 * 1024;
constexpr std::chrono::milliseconds kLook{250};

// Fewer bytes than asked for only at the end of the file.
std::string ReadAt(int fd, off_t at, size_t size) {
  std::string out(size, '\0');
  size_t got = 0;
  while (got < size) {
    const ssize_t n = pread(fd, out.data() + got, size - got, at + static_cast<off_t>(got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw std::system_error(errno, std::generic_category(), "cannot read the log");
    if (n == 0) break;
    got += n;
  }
  out.resize(got);
  return out;
}

}  // namespace

off_t LinesBackwards(int fd, const std::function<bool(std::string_view)>& line) {
  struct stat file{};
  if (fstat(fd, &file) != 0) throw std::system_error(errno, std::generic_category(), "fstat");
  off_t start = file.st_size;  // of `text`
  std::string text;            // what is not handed on yet
  off_t rest = -1;             // where the unfinished last line begins
  while (start > 0) {
    const off_t from = std::max<off_t>(0, start - static_cast<off_t>(kBlock));
    text.insert(0, ReadAt(fd, from, start - from));
    start = from;
    if (rest < 0) {
      const size_t end = text.rfind('\n');
      if (end == std::string::npos && start > 0 && text.size() > kMaxLogLineBytes) {
        return file.st_size;  // no lines at all
      }
      if (end == std::string::npos && start > 0) continue;
      rest = end == std::string::npos ? 0 : start + static_cast<off_t>(end) + 1;
      if (end == std::string::npos) return rest;
      text.resize(end);  // without the last line break
    }
    for (size_t end = text.rfind('\n'); end != std::string::npos; end = text.rfind('\n')) {
      if (!line(std::string_view(text).substr(end + 1))) return rest;
      text.resize(end);
    }
    if (text.size() > kMaxLogLineBytes) {  // no such line: hand on what is there
      if (!line(text)) return rest;
      text.clear();
    }
  }
  if (rest > 0) line(text);
  return std::max<off_t>(rest, 0);
}

LogFollower::LogFollower(std::string path, Fd fd, off_t from)
    : path_(std::move(path)),
      inotify_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      fd_(std::move(fd)),
      at_(from) {
  WatchFile();
}

void LogFollower::WatchFile() {
  if (!inotify_) return;
  if (watch_ >= 0) inotify_rm_watch(inotify_.get(), watch_);
  watch_ = inotify_add_watch(inotify_.get(), path_.c_str(),
                             IN_MODIFY | IN_MOVE_SELF | IN_ATTRIB | IN_DELETE_SELF);
}

std::vector<std::string> LogFollower::Wait(std::chrono::milliseconds limit) {
  std::vector<std::string> lines;
  const auto end = std::chrono::steady_clock::now() + limit;
  while (true) {
    // Asked before reading: what was written before the name changed hands is read below.
    const bool replaced = Replaced();
    const bool at_end = ReadOn(lines);
    if (replaced && at_end) {
      TakeRest(lines);
      OpenAgain();
      ReadOn(lines);
    }
    if (!lines.empty()) return lines;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return lines;
    pollfd waiting{inotify_.get(), POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(std::min(left, kLook).count())) > 0) {
      char events[4096];
      while (read(inotify_.get(), events, sizeof events) > 0) {
      }
    }
  }
}

bool LogFollower::ReadOn(std::vector<std::string>& lines) {
  if (!fd_) return true;
  struct stat file{};
  if (fstat(fd_.get(), &file) == 0 && file.st_size < at_) {  // truncated
    TakeRest(lines);
    at_ = 0;
  }
  for (std::string block; !(block = ReadAt(fd_.get(), at_, kBlock)).empty();) {
    at_ += static_cast<off_t>(block.size());
    size_t from = 0;
    for (size_t end = 0; (end = block.find('\n', from)) != std::string::npos; from = end + 1) {
      lines.push_back(rest_ + block.substr(from, end - from));
      rest_.clear();
    }
    rest_ += block.substr(from);
    if (rest_.size() > kMaxLogLineBytes) TakeRest(lines);
    if (lines.size() > 10'000) return false;  // the rest next time: whoever prints them is slower
  }
  return true;
}

void LogFollower::TakeRest(std::vector<std::string>& lines) {
  if (!rest_.empty()) lines.push_back(std::move(rest_));
  rest_.clear();
}

bool LogFollower::Replaced() const {
  struct stat there{};
  if (stat(path_.c_str(), &there) != 0) return false;  // between two files: the old may still grow
  struct stat ours{};
  if (!fd_ || fstat(fd_.get(), &ours) != 0) return true;
  return there.st_ino != ours.st_ino || there.st_dev != ours.st_dev;
}

void LogFollower::OpenAgain() {
  Fd fd(open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return;
  fd_ = std::move(fd);
  at_ = 0;
  WatchFile();
}

}  // namespace host
